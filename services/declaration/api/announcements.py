"""Handlers: changes of dates on their way."""

from services.declaration.api.schemas.announcements import AnnouncementView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import announcements
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

AnnouncementPage = Page[AnnouncementView]


async def get_announcements(call: Call[Dependencies]) -> AnnouncementPage:
    """P16"""
    query, cycle_id = call.query, call.path_id("cycle_id")
    rows = await announcements.select_page(
        call.reader, cycle_id, scope_of(call.actor), position(query), query.running, query.limit + 1
    )
    return page_of(AnnouncementPage, query, rows, AnnouncementView.of, lambda row: row.id)
