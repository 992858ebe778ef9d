"""What a phone number got, for people who run the platform: the number stands in the body, and comes back masked."""

from datetime import datetime
from uuid import UUID

from services.notification.api.delivery_views import delivery_view, told_view
from services.notification.api.number_search_schemas import (
    DeliveriesOfNumberView,
    HolderView,
    MessagesOfNumberView,
    NumberDeliveriesBody,
    NumberMessagesBody,
)
from services.notification.dependencies import Dependencies
from services.notification.storage import messages, sent
from services.notification.storage.number_index import number_index
from services.notification.storage.numbers import Account
from services.notification.storage.sent import SoughtDeliveries
from services.notification.use_cases.running.record_shown import record_shown
from services.notification.use_cases.running.search_number import Sought, search_number
from shared.masking import mask_phone
from shared.security.blind_index import BlindIndex
from shared.web.call import Call
from shared.web.cursors import decode_cursor, encode_cursor


async def post_delivery_search(call: Call[Dependencies], body: NumberDeliveriesBody) -> DeliveriesOfNumberView:
    """V64"""
    before, limit = decode_cursor(body.cursor, (datetime, UUID)), body.limit
    number, holders = await _holders(call, body.phone, "deliveries")
    accounts, sought = [one.id for one in holders], SoughtDeliveries(state=body.state, channel=body.channel)
    found = await sent.select_page_of_number(call.tx, number, accounts, sought, before, limit + 1)
    record_shown(call.tx, [one.recipient_id for one in found[:limit]], accounts, actor=call.actor, now=call.now)
    return DeliveriesOfNumberView(
        number=mask_phone(body.phone),
        holders=[HolderView(id=one.id, kind=one.kind) for one in holders],
        items=[await delivery_view(call, one) for one in found[:limit]],
        next_cursor=encode_cursor(found[limit - 1].created_at, found[limit - 1].id) if len(found) > limit else None,
    )


async def post_told_message_search(call: Call[Dependencies], body: NumberMessagesBody) -> MessagesOfNumberView:
    """V64"""
    before, limit = decode_cursor(body.cursor, (datetime, UUID)), body.limit
    _, holders = await _holders(call, body.phone, "messages")
    found = await messages.select_told_to(call.tx, [one.id for one in holders], before, limit + 1)
    last = found[limit - 1].message if len(found) > limit else None
    return MessagesOfNumberView(
        number=mask_phone(body.phone),
        holders=[HolderView(id=one.id, kind=one.kind) for one in holders],
        items=[await told_view(call, one) for one in found[:limit]],
        next_cursor=encode_cursor(last.created_at, last.id) if last else None,
    )


async def _holders(call: Call[Dependencies], phone: str, sought: Sought) -> tuple[BlindIndex, list[Account]]:
    number = number_index(call.deps.keyring, phone)
    per_minute = call.deps.settings.number_searches_per_minute
    return number, await search_number(call.tx, number, sought, per_minute=per_minute, actor=call.actor, now=call.now)
