"""Figures for the people who run the platform."""

from datetime import timedelta

from services.notification.api.schemas import ChannelCount, StatisticsView
from services.notification.dependencies import Dependencies
from services.notification.storage import done_deliveries
from shared.web.call import Call


async def get_statistics(call: Call[Dependencies]) -> StatisticsView:
    """Deliveries per channel and state of the last 24 hours."""
    since = call.now - timedelta(hours=24)
    rows = await done_deliveries.select_statistics(call.reader, since)
    return StatisticsView(since=since, channels=[ChannelCount(channel=c, state=s, count=n) for c, s, n in rows])
