"""Handler: where the lists below an exam body disagree with the declarations (M11)."""

from datetime import datetime
from uuid import UUID

from services.declaration.api.schemas.filing import DifferenceView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import filing_differences
from services.declaration.storage.filing_differences import Filter
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


class DifferencePage(Page[DifferenceView]):
    """The oldest first."""


async def get_filing_differences(call: Call[Dependencies]) -> DifferencePage:
    """One page of what stands."""
    query = call.query
    wanted = Filter(query.kind, query.exam_year, query.institution_id, query.q)
    at, declaration_id, kind = decode_cursor(query.cursor, (datetime, UUID, str))
    after = (at, declaration_id, kind)
    rows = await filing_differences.select_page(call.reader, call.actor.scope_id, wanted, after, query.limit + 1)
    shown = rows[: query.limit]
    last = shown[-1] if len(rows) > query.limit else None
    return DifferencePage(
        items=[DifferenceView.model_validate(one, from_attributes=True) for one in shown],
        next_cursor=encode_cursor(last.first_seen_at, last.declaration_id, last.kind) if last else None,
    )
