"""Figures for the people who run the platform."""

from datetime import timedelta

from services.notification.api.delivery_schemas import DeliveryFiguresView
from services.notification.api.delivery_views import day_figures_view, figures_view
from services.notification.api.schemas import ChannelCount, StatisticsView
from services.notification.dependencies import Dependencies
from services.notification.domain.searching import span_of
from services.notification.storage import delivery_figures, done_deliveries
from shared.web.call import Call


async def get_statistics(call: Call[Dependencies]) -> StatisticsView:
    """Deliveries per channel and state of the last 24 hours."""
    since = call.now - timedelta(hours=24)
    rows = await done_deliveries.select_statistics(call.reader, since)
    return StatisticsView(since=since, channels=[ChannelCount(channel=c, state=s, count=n) for c, s, n in rows])


async def get_delivery_figures(call: Call[Dependencies]) -> DeliveryFiguresView:
    """G3"""
    since, until = span_of(call.query.first, call.query.last, call.now)
    found = await delivery_figures.select(call.reader, since, until)
    return DeliveryFiguresView(
        since=since,
        until=until,
        channels=[figures_view(one) for one in found if one.day is None],
        days=[day_figures_view(one) for one in found if one.day is not None],
    )
