"""Handlers: changes of dates on their way to those whom they concern."""

from services.declaration.api.schemas.announcements import AnnouncementCancellation, AnnouncementView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.announcement import Command
from services.declaration.storage import announcements
from services.declaration.use_cases.announcing.move_announcement import move_announcement
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

AnnouncementPage = Page[AnnouncementView]


async def get_announcements(call: Call[Dependencies]) -> AnnouncementPage:
    """P16"""
    query, scope = call.query, scope_of(call.actor)
    rows = await announcements.select_page(
        call.reader, scope, query.year, query.state, position(query), query.limit + 1
    )
    return page_of(AnnouncementPage, query, rows, AnnouncementView.of, lambda row: row.id)


async def get_announcement(call: Call[Dependencies]) -> AnnouncementView:
    """P16"""
    announcement_id = call.path_id("announcement_id")
    return AnnouncementView.of(await announcements.select_in_scope(call.reader, announcement_id, scope_of(call.actor)))


async def post_announcement_pause(call: Call[Dependencies]) -> AnnouncementView:
    """P16"""
    return await _moved(call, "pause")


async def post_announcement_resumption(call: Call[Dependencies]) -> AnnouncementView:
    """P16"""
    return await _moved(call, "resume")


async def post_announcement_cancellation(call: Call[Dependencies], body: AnnouncementCancellation) -> AnnouncementView:
    """P16"""
    return await _moved(call, "cancel", body.reason)


async def _moved(call: Call[Dependencies], command: Command, reason: str | None = None) -> AnnouncementView:
    moved = await move_announcement(
        call.tx,
        call.path_id("announcement_id"),
        command,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
        reason=reason,
    )
    return AnnouncementView.of(moved)
