"""Declaring on another channel: what to do there, choosing it, and taking the choice back (A17, A18)."""

from services.identity.api.calls import IdentityCall
from services.identity.api.exempt_schemas import ChannelView, ExemptChoiceBody, ExemptView, StepView
from services.identity.domain.claim import ClaimRequest
from services.identity.domain.exempt_channel import STEPS
from services.identity.storage import exempt_choices
from services.identity.use_cases.exempting.choose_exempt_channel import (
    choose_exempt_channel,
    withdraw_exempt_channel,
)


async def get_exempt_channel(call: IdentityCall) -> ExemptView:
    """A17, A18, C9."""
    return await _view(call)


async def post_exempt_channel(call: IdentityCall, body: ExemptChoiceBody) -> ExemptView:
    """A17."""
    deps = call.deps
    request = ClaimRequest(body.document_type, body.name, body.document_no)
    limits = deps.settings.verification
    await choose_exempt_channel(call.tx, body.kind, request, call.actor, deps.keyring, limits, deps.catalogue, call.now)
    return await _view(call)


async def post_exempt_channel_withdrawal(call: IdentityCall) -> ExemptView:
    """A17."""
    await withdraw_exempt_channel(call.tx, call.actor, call.deps.catalogue, call.now)
    return await _view(call)


async def _view(call: IdentityCall) -> ExemptView:
    choice = await exempt_choices.select(call.reader, call.actor.id)
    chinese = call.language == "zh"
    channels = [
        ChannelView(kind=kind, steps=[StepView(code=s.code, message=s.zh if chinese else s.en) for s in steps])
        for kind, steps in STEPS.items()
    ]
    return ExemptView(
        chosen=choice.kind if choice else None,
        chosen_at=choice.chosen_at if choice else None,
        exam_year=call.deps.catalogue.year_of(call.now.date()).exam_year,
        channels=channels,
    )
