"""Handlers: imports from spreadsheets: upload, watch, start, stop, fetch the results."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from services.institution.api.schemas.sheet_imports import SheetImportView, SheetRowView
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.domain.sheet_import import SheetImport
from services.institution.storage import sheet_import_rows, sheet_imports
from services.institution.use_cases.importing.move_sheet import start_sheet, stop_sheet
from services.institution.use_cases.importing.read_results import read_results
from services.institution.use_cases.importing.receive_sheet import receive_sheet
from shared.errors import NotFound
from shared.ids import new_id
from shared.uploads.receive import receive
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.paging import page_of, position

SheetImportPage = Page[SheetImportView]
SheetRowPage = Page[SheetRowView]


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """Where an uploaded file lies, and the hash of it."""

    object_key: str
    sha256: str


async def prepare_sheet(call: Call[Dependencies]) -> StoredSheet:
    """Receives and stores the file; nobody opens it here (V69). Raises what receiving and storing raise."""
    limit = call.deps.sheet_limits.upload_bytes
    received = await receive(call.request.content, limit, announced=call.request.content_length)
    key = f"sheet-imports/{new_id()}"
    await call.deps.bucket.put(key, received.data, "object")
    return StoredSheet(key, received.sha256)


async def prepare_roster_sheet(call: Call[Dependencies]) -> StoredSheet:
    """The same, for the own institution only. Raises NotFound for another one."""
    if call.path_id("institution_id") != scope_of(call.actor):
        raise NotFound
    return await prepare_sheet(call)


async def post_institution_import(call: Call[Dependencies], stored: StoredSheet) -> SheetImportView:
    """B7: a dry run; the worker reads it."""
    return _view(call, await receive_sheet(call.tx, "institutions", stored.object_key, actor=call.actor, now=call.now))


async def post_supervisor_import(call: Call[Dependencies], stored: StoredSheet) -> SheetImportView:
    """P2: a dry run; the worker reads it."""
    return _view(call, await receive_sheet(call.tx, "supervisors", stored.object_key, actor=call.actor, now=call.now))


async def get_sheet_imports(call: Call[Dependencies]) -> SheetImportPage:
    """One's own sheets, newest first."""
    query, actor = call.query, call.actor
    found = await sheet_imports.select_page(
        call.reader, actor.id, scope_of(actor), position(query), query.kind, query.limit + 1
    )
    return page_of(SheetImportPage, query, found, partial(_view, call), lambda sheet: sheet.id)


async def get_sheet_import(call: Call[Dependencies]) -> SheetImportView:
    """How far it is."""
    return _view(call, await _own(call))


async def get_sheet_import_rows(call: Call[Dependencies]) -> SheetRowPage:
    """What is wrong with, or became of, each row."""
    sheet, query = await _own(call), call.query
    (after,) = decode_cursor(query.cursor, (int,))
    rows = await sheet_import_rows.select_page(call.reader, sheet.id, after or 0, query.result, query.limit + 1)
    shown = rows[: query.limit]
    more = encode_cursor(shown[-1].line) if len(rows) > query.limit else None
    return SheetRowPage(items=[SheetRowView.of(row, call.language) for row in shown], next_cursor=more)


async def get_sheet_import_results(call: Call[Dependencies]) -> web.Response:
    """V69: the same sheet with a column of results; the look is recorded."""
    file = await read_results(
        call.tx, call.deps.keyring, call.path_id("import_id"), call.language, actor=call.actor, now=call.now
    )
    headers = {"Content-Disposition": 'attachment; filename="import.csv"', "Cache-Control": "no-store"}
    return web.Response(body=file, content_type="text/csv", charset="utf-8", headers=headers)


async def post_sheet_import_start(call: Call[Dependencies]) -> SheetImportView:
    """Its good rows are carried out from now on."""
    started = await start_sheet(
        call.tx, call.path_id("import_id"), call.expected_version, actor=call.actor, now=call.now
    )
    return _view(call, started)


async def post_sheet_import_stop(call: Call[Dependencies]) -> SheetImportView:
    """What was done stays; the rest waits again."""
    stopped = await stop_sheet(
        call.tx, call.path_id("import_id"), call.expected_version, actor=call.actor, now=call.now
    )
    return _view(call, stopped)


async def _own(call: Call[Dependencies]) -> SheetImport:
    return await sheet_imports.select(call.reader, call.path_id("import_id"), call.actor.id, scope_of(call.actor))


def _view(call: Call[Dependencies], sheet: SheetImport) -> SheetImportView:
    return SheetImportView.of(sheet, call.language)
