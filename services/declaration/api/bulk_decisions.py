"""Handlers: decisions in bulk: by selection or by spreadsheet, watched, started, read back (A38)."""

from aiohttp import web

from services.declaration.api.schemas.bulk_decisions import BulkBody, BulkRowView, BulkView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.bulk_decision import COLUMNS, MOST, WantedRow, wanted_row
from services.declaration.storage import bulk_decisions
from services.declaration.use_cases.bulk_deciding.read_bulk_results import read_bulk_results
from services.declaration.use_cases.bulk_deciding.receive_bulk import receive_bulk
from services.declaration.use_cases.bulk_deciding.start_bulk import start_bulk
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.spreadsheets.columns import records_below
from shared.uploads.receive import receive
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.paging import page_of, position

BulkPage = Page[BulkView]
BulkRowPage = Page[BulkRowView]
_SHEET_BYTES = 1024 * 1024
_SHEET_COLUMNS = 50


async def prepare_bulk_sheet(call: Call[Dependencies]) -> list[WantedRow]:
    """Receives the file and has it read in a capped child (V69). Raises what receiving and reading raise."""
    received = await receive(call.request.content, _SHEET_BYTES, announced=call.request.content_length)
    rows = await call.deps.sheets.read(received.data, rows=MOST + 1, columns=_SHEET_COLUMNS)
    return [wanted_row(line, cells) for line, cells in records_below(COLUMNS, rows)]


async def post_bulk_decision(call: Call[Dependencies], body: BulkBody) -> BulkView:
    """A38: a dry run; the worker tries the rows."""
    keyring = call.deps.keyring
    bulk = await receive_bulk(call.tx, "selection", body.rows(), keyring=keyring, actor=call.actor, now=call.now)
    return BulkView.of(bulk)


async def post_bulk_decision_sheet(call: Call[Dependencies], rows: list[WantedRow]) -> BulkView:
    """A38: a dry run; the worker tries the rows."""
    keyring = call.deps.keyring
    return BulkView.of(await receive_bulk(call.tx, "sheet", rows, keyring=keyring, actor=call.actor, now=call.now))


async def get_bulk_decisions(call: Call[Dependencies]) -> BulkPage:
    """One's own, newest first."""
    query, actor = call.query, call.actor
    found = await bulk_decisions.select_page(call.reader, actor.id, scope_of(actor), position(query), query.limit + 1)
    return page_of(BulkPage, query, found, BulkView.of, lambda bulk: bulk.id)


async def get_bulk_decision(call: Call[Dependencies]) -> BulkView:
    """How far it is."""
    actor = call.actor
    return BulkView.of(await bulk_decisions.select(call.reader, call.path_id("bulk_id"), actor.id, scope_of(actor)))


async def get_bulk_decision_rows(call: Call[Dependencies]) -> BulkRowPage:
    """What is wrong with, or became of, each row."""
    query, actor = call.query, call.actor
    bulk = await bulk_decisions.select(call.reader, call.path_id("bulk_id"), actor.id, scope_of(actor))
    (after,) = decode_cursor(query.cursor, (int,))
    rows = await bulk_decisions.select_rows(
        call.reader, call.deps.keyring, bulk.id, after or 0, query.result, query.limit + 1
    )
    shown = rows[: query.limit]
    more = encode_cursor(shown[-1].wanted.line) if len(rows) > query.limit else None
    return BulkRowPage(items=[BulkRowView.of(row, call.language) for row in shown], next_cursor=more)


async def get_bulk_decision_results(call: Call[Dependencies]) -> web.Response:
    """V69: receipt numbers with a column of results; the look is recorded."""
    bulk_id, keyring = call.path_id("bulk_id"), call.deps.keyring
    file = await read_bulk_results(call.tx, bulk_id, call.language, keyring=keyring, actor=call.actor, now=call.now)
    headers = {"Content-Disposition": 'attachment; filename="decisions.csv"', "Cache-Control": "no-store"}
    return web.Response(body=file, content_type="text/csv", charset="utf-8", headers=headers)


async def post_bulk_decision_start(call: Call[Dependencies]) -> BulkView:
    """A38: each row that waits is decided by itself."""
    version = call.expected_version
    return BulkView.of(await start_bulk(call.tx, call.path_id("bulk_id"), version, actor=call.actor, now=call.now))
