"""Handlers: the records of a jurisdiction, as numbers per body and as the list behind each number (B8)."""

from services.declaration.api.schemas.supervised_records import BodyRecordsView, RecordStandingsView, RecordView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import cycles, supervised_records
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

RecordPage = Page[RecordView]


async def get_record_standings(call: Call[Dependencies]) -> RecordStandingsView:
    """B8: the asked body's own part, then each body below it."""
    query, scope = call.query, scope_of(call.actor)
    cycle = await cycles.select(call.reader, query.cycle_id)
    lines = await supervised_records.select_counts(call.reader, scope, query.body_id or scope, cycle.id)
    return RecordStandingsView(cycle_id=cycle.id, bodies=[BodyRecordsView.of(line) for line in lines])


async def get_supervised_records(call: Call[Dependencies]) -> RecordPage:
    """B8: the list behind a number."""
    query, scope = call.query, scope_of(call.actor)
    after = position(query)
    rows = await supervised_records.select_page(call.reader, scope, query.filter(scope), after, query.limit + 1)
    return page_of(RecordPage, query, rows, RecordView.of, lambda row: row.id)
