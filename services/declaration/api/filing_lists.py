"""Handlers: the institution's own lists, from the draft to the hand-over (4.7)."""

from datetime import datetime
from uuid import UUID

from services.declaration.api.filing_views import detail_view, list_view, select_detail, step_view
from services.declaration.api.schemas.filing import (
    ListDetailView,
    ListGeneration,
    ListOpening,
    ListStepView,
    ListView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.storage import filings
from services.declaration.use_cases.filing.discard_list import discard_list
from services.declaration.use_cases.filing.freeze_cancellation import Named
from services.declaration.use_cases.filing.generate_list import generate_list
from services.declaration.use_cases.filing.open_list import open_list
from services.declaration.use_cases.filing.print_list import print_list
from services.declaration.use_cases.filing.submit_list import submit_list
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


class ListPage(Page[ListView]):
    """One page of lists."""


async def post_qualified_list(call: Call[Dependencies], body: ListOpening) -> ListStepView:
    """Open a draft."""
    return step_view(await open_list(call.tx, body.cycle_id, body.kind, actor=call.actor, now=call.now))


async def get_qualified_lists(call: Call[Dependencies]) -> ListPage:
    """The institution's lists, newest first."""
    query = call.query
    after = decode_cursor(query.cursor, (datetime, UUID))
    rows = await filings.select_own_page(
        call.reader,
        call.actor.scope_id,
        cycle_id=query.cycle_id,
        state=query.state,
        kind=query.kind,
        after=(after[0], after[1]),
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    more = encode_cursor(shown[-1].opened_at, shown[-1].id) if len(rows) > query.limit else None
    return ListPage(items=[list_view(row) for row in shown], next_cursor=more)


async def get_qualified_list(call: Call[Dependencies]) -> ListDetailView:
    """One list with its people and progress."""
    row = await filings.select_own(call.reader, call.path_id("list_id"), call.actor.scope_id)
    if row is None:
        raise NotFound
    return detail_view(call.deps.keyring, row, await select_detail(call.reader, row))


async def post_generation(call: Call[Dependencies], body: ListGeneration) -> ListStepView:
    """Freeze the list and queue its print."""
    return step_view(
        await generate_list(
            call.tx,
            call.deps.keyring,
            call.path_id("list_id"),
            responsible_person=body.responsible_person,
            nil_return=body.nil_return,
            cancelled=[Named(one.declaration_id, one.reason_code, one.text) for one in body.cancelled],
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )


async def post_printing(call: Call[Dependencies]) -> ListStepView:
    """Mark as printed; the answer names where the file is. A POST because a GET may be repeated or prefetched by
    anybody on the way and must not move a list."""
    list_id = call.path_id("list_id")
    done = await print_list(call.tx, list_id, expected_version=call.expected_version, actor=call.actor, now=call.now)
    return step_view(done, f"/api/declaration/v1/qualified-lists/{list_id}/pdf")


async def post_list_submission(call: Call[Dependencies]) -> ListStepView:
    """Hand the sealed list to the exam body."""
    return step_view(
        await submit_list(
            call.tx,
            call.path_id("list_id"),
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )


async def post_discard(call: Call[Dependencies]) -> ListStepView:
    """Give the list up."""
    return step_view(
        await discard_list(
            call.tx,
            call.path_id("list_id"),
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )
