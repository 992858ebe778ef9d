"""The in-app inbox of the caller, person or staff."""

from datetime import datetime
from uuid import UUID

from services.notification.api.schemas import MarkedView, MessageView, UnreadView
from services.notification.dependencies import Dependencies
from services.notification.storage import messages
from services.notification.storage.messages import StoredMessage
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_messages(call: Call[Dependencies]) -> Page[MessageView]:
    """Newest first."""
    query = call.query
    at, message_id = decode_cursor(query.cursor, (datetime, UUID))
    found = await messages.select_page(
        call.reader, call.actor.id, unread=query.unread, before=(at, message_id), limit=query.limit + 1
    )
    shown = found[: query.limit]
    cursor = encode_cursor(shown[-1].created_at, shown[-1].id) if len(found) > query.limit else None
    return Page(items=[await _view(call, m) for m in shown], next_cursor=cursor)


async def get_unread_count(call: Call[Dependencies]) -> UnreadView:
    """For the badge."""
    return UnreadView(unread=await messages.count_unread(call.reader, call.actor.id))


async def post_message_reading(call: Call[Dependencies]) -> None:
    """Mark one as read."""
    await messages.update_read(call.tx, call.path_id("message_id"), call.actor.id, call.now)


async def post_all_reading(call: Call[Dependencies]) -> MarkedView:
    """Mark all as read."""
    return MarkedView(marked=await messages.update_all_read(call.tx, call.actor.id, call.now))


async def _view(call: Call[Dependencies], message: StoredMessage) -> MessageView:
    template = await call.deps.catalogue.template(message.template_key, call.language, message.template_version)
    return MessageView(
        id=str(message.id),
        kind=message.template_key,
        title=template.title,
        body=template.body.format_map(message.parameters),
        created_at=message.created_at,
        read_at=message.read_at,
    )
