"""From deliveries and figures to what people who run the platform see."""

from dataclasses import asdict
from typing import Any

from services.notification.api.delivery_schemas import (
    DayFiguresView,
    DeliveryHistoryView,
    DeliveryView,
    FiguresView,
    StepView,
    ToldView,
)
from services.notification.api.message_views import message_view
from services.notification.dependencies import Dependencies
from services.notification.domain.advice import advice_on
from services.notification.storage.delivery_figures import Figures
from services.notification.storage.messages import Told
from services.notification.storage.sent import Sent, Step
from shared.web.call import Call


async def told_view(call: Call[Dependencies], told: Told) -> ToldView:
    """In the words in which the caller would read it."""
    message = await message_view(told.message, call.deps.catalogue, call.language)
    return ToldView(recipient_id=told.recipient_id, event_id=told.event_id, message=message)


async def delivery_view(call: Call[Dependencies], delivery: Sent) -> DeliveryView:
    """One delivery."""
    return DeliveryView(**await _fields(call, delivery))


async def history_view(call: Call[Dependencies], delivery: Sent, steps: list[Step]) -> DeliveryHistoryView:
    """One delivery with what happened to it."""
    shown = [StepView(**asdict(step)) for step in steps]
    return DeliveryHistoryView(**await _fields(call, delivery), steps=shown)


async def _fields(call: Call[Dependencies], delivery: Sent) -> dict[str, Any]:
    template = await call.deps.catalogue.template(delivery.template_key, call.language, delivery.template_version)
    fields = asdict(delivery)
    del fields["template_version"]
    zh, en = advice_on(delivery.state, delivery.outcome_code) or (None, None)
    return fields | {
        "kind": fields.pop("template_key"),
        "title": template.title,
        "advice": en if call.language == "en" else zh,
    }


def figures_view(figures: Figures) -> FiguresView:
    """Of the whole span."""
    return FiguresView(**_figures(figures))


def day_figures_view(figures: Figures) -> DayFiguresView:
    """Of one day and template."""
    return DayFiguresView.model_validate(_figures(figures) | {"day": figures.day, "kind": figures.template_key})


def _figures(figures: Figures) -> dict[str, Any]:
    counts = {name: getattr(figures, name) for name in ("handed", "delivered", "failed", "unknown")}
    return {
        "channel": figures.channel,
        "provider": figures.provider,
        "made": figures.made,
        **counts,
        **{f"{name}_share": round(count / figures.made, 4) for name, count in counts.items()},
        "seconds_p50": figures.p50,
        "seconds_p99": figures.p99,
    }
