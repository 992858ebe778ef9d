"""Handlers: what the exam body does with the lists below it (4.7)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.api.filing_views import (
    NO_DETAIL,
    count_view,
    detail_view,
    list_view,
    select_detail,
    step_view,
)
from services.declaration.api.schemas.filing import (
    FilingPage,
    LatePermission,
    ListDetailView,
    ListReturn,
    ListStepView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.qualified_list import ListState
from services.declaration.storage import filings
from services.declaration.storage.filings import Filter, ListRow
from services.declaration.use_cases.filing.accept_list import accept_list
from services.declaration.use_cases.filing.permit_late_filing import permit_late_filing
from services.declaration.use_cases.filing.return_list import ReturnReason, return_list
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import decode_cursor, encode_cursor

_PREPARING: Final = (ListState.GENERATED, ListState.PRINTED, ListState.SEALED_UPLOADED)


async def get_filings(call: Call[Dependencies]) -> FilingPage:
    """The inbox, the list that waits longest first."""
    query, scope = call.query, call.actor.scope_id
    states = _PREPARING if query.state == "preparing" else (ListState(query.state),)
    wanted = Filter(states, query.cycle_id, query.kind, query.late, query.q, query.reopened)
    after = decode_cursor(query.cursor, (datetime, UUID))
    rows = await filings.select_page_in_scope(call.reader, scope, wanted, (after[0], after[1]), query.limit + 1)
    shown = rows[: query.limit]
    return FilingPage(
        items=[list_view(row) for row in shown],
        next_cursor=_position(shown[-1]) if len(rows) > query.limit else None,
        counts=[count_view(one) for one in await filings.count_in_scope(call.reader, scope, query.cycle_id)],
    )


def _position(row: ListRow) -> str:
    return encode_cursor(row.submitted_at or row.generated_at, row.id)


async def get_filing(call: Call[Dependencies]) -> ListDetailView:
    """One list with its people; before it is handed in, without them."""
    row = await filings.select_in_scope(call.reader, call.path_id("list_id"), call.actor.scope_id)
    if row is None:
        raise NotFound
    # Before it is handed in, the exam body sees that it is under way and nobody on it.
    detail = await select_detail(call.reader, row) if row.submitted_at else NO_DETAIL
    return detail_view(call.deps.keyring, row, detail)


async def post_acceptance(call: Call[Dependencies]) -> ListStepView:
    """Accept: everybody on the list is filed."""
    return step_view(
        await accept_list(
            call.tx,
            call.deps.keyring,
            call.path_id("list_id"),
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )


async def post_list_return(call: Call[Dependencies], body: ListReturn) -> ListStepView:
    """Send it back with reasons."""
    return step_view(
        await return_list(
            call.tx,
            call.deps.keyring,
            call.path_id("list_id"),
            [ReturnReason(one.line, one.code, one.text) for one in body.reasons],
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )


async def post_late_permission(call: Call[Dependencies], body: LatePermission) -> ListStepView:
    """Let an institution hand in after the deadline."""
    return step_view(
        await permit_late_filing(
            call.tx,
            call.path_id("list_id"),
            body.reason_code,
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )
