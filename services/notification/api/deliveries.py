"""Messages and deliveries for people who run the platform: found by recipient or event, with what happened."""

from datetime import datetime
from uuid import UUID

from services.notification.api.delivery_schemas import (
    DeliveryHistoryView,
    DeliveryQuery,
    DeliveryView,
    ResendBody,
    ToldQuery,
    ToldView,
)
from services.notification.api.delivery_views import delivery_view, history_view, told_view
from services.notification.dependencies import Dependencies
from services.notification.domain.searching import require_one
from services.notification.storage import sent
from services.notification.storage.sent import SoughtDeliveries
from services.notification.use_cases.running.resend_delivery import resend_delivery
from services.notification.use_cases.running.search_deliveries import search_deliveries
from services.notification.use_cases.running.search_messages import search_messages
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_told_messages(call: Call[Dependencies]) -> Page[ToldView]:
    """V64"""
    query: ToldQuery = call.query
    require_one(query.recipient_id, query.event_id)
    before, limit = decode_cursor(query.cursor, (datetime, UUID)), query.limit
    found = await search_messages(
        call.tx, query.recipient_id, query.event_id, before=before, limit=limit + 1, actor=call.actor, now=call.now
    )
    cursor = None
    if len(found) > limit:
        cursor = encode_cursor(found[limit - 1].message.created_at, found[limit - 1].message.id)
    return Page(items=[await told_view(call, one) for one in found[:limit]], next_cursor=cursor)


async def get_deliveries(call: Call[Dependencies]) -> Page[DeliveryView]:
    """V64"""
    query: DeliveryQuery = call.query
    require_one(query.recipient_id, query.event_id)
    before, limit = decode_cursor(query.cursor, (datetime, UUID)), query.limit
    sought = SoughtDeliveries(query.recipient_id, query.event_id, query.state, query.channel)
    found = await search_deliveries(call.tx, sought, before=before, limit=limit + 1, actor=call.actor, now=call.now)
    cursor = encode_cursor(found[limit - 1].created_at, found[limit - 1].id) if len(found) > limit else None
    return Page(items=[await delivery_view(call, one) for one in found[:limit]], next_cursor=cursor)


async def get_delivery(call: Call[Dependencies]) -> DeliveryHistoryView:
    """With every step."""
    delivery = await sent.select_one(call.reader, call.path_id("delivery_id"))
    return await history_view(call, delivery, await sent.select_steps(call.reader, delivery.id))


async def post_resend(call: Call[Dependencies], body: ResendBody) -> DeliveryView:
    """A further delivery of the same notice."""
    made = await resend_delivery(call.tx, call.path_id("delivery_id"), body.reason, actor=call.actor, now=call.now)
    return await delivery_view(call, made)
