"""The in-app inbox of the caller, person or staff."""

import contextlib
from datetime import datetime
from typing import Final
from uuid import UUID

from aiohttp import web

from services.notification.api.message_views import message_view, unread_line, unread_view
from services.notification.api.schemas import MarkedView, MessageQuery, MessageView, ReadingQuery, UnreadView
from services.notification.dependencies import Dependencies
from services.notification.storage import messages
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.messages import Sought
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.event_stream import EventStream, StreamEnded, last_event_id
from shared.web.following import follow

_NOTHING: Final = -1
"""No mark of any state."""


async def get_messages(call: Call[Dependencies]) -> Page[MessageView]:
    """Newest first."""
    query, catalogue = call.query, call.deps.catalogue
    before = decode_cursor(query.cursor, (datetime, UUID))
    sought = await _sought(query, catalogue)
    found = await messages.select_page(call.reader, call.actor.id, sought, before=before, limit=query.limit + 1)
    shown = found[: query.limit]
    cursor = encode_cursor(shown[-1].created_at, shown[-1].id) if len(found) > query.limit else None
    return Page(items=[await message_view(one, catalogue, call.language) for one in shown], next_cursor=cursor)


async def get_unread_count(call: Call[Dependencies]) -> UnreadView:
    """For the badge, and for each category."""
    found = await messages.select_unread(call.reader, [call.actor.id])
    return unread_view(found[call.actor.id], call.language)


async def post_message_reading(call: Call[Dependencies]) -> None:
    """Mark one as read."""
    await messages.update_read(call.tx, call.path_id("message_id"), call.actor.id, call.now)


async def post_all_reading(call: Call[Dependencies]) -> MarkedView:
    """Mark all as read, or all of a category."""
    query: ReadingQuery = call.query
    return MarkedView(marked=await messages.update_all_read(call.tx, call.actor.id, query.category, call.now))


async def get_message_events(call: Call[Dependencies]) -> web.StreamResponse:
    """What is unread, at once and whenever it changes; not again what the client has seen last."""
    seen = last_event_id(call)
    with call.deps.inbox.watch(call.actor.id, call.actor.id, _NOTHING if seen is None else seen, call.leaving) as watch:
        async with EventStream(call) as stream:
            with contextlib.suppress(StreamEnded):
                await follow(call, watch, stream, lambda one: ("unread", unread_line(one, call.language), one.mark))
    return stream.response


async def _sought(query: MessageQuery, catalogue: Catalogue) -> Sought:
    titled = None if query.title is None else await catalogue.titled(query.title)
    return Sought(query.unread, query.category, query.about, titled)
