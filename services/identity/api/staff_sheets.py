"""Many invitations from one spreadsheet: upload and check, start, watch, fetch the result list."""

from dataclasses import asdict, dataclass

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.api.staff_sheet_schemas import SheetRowView, SheetView
from services.identity.domain.staff_sheet import SheetRow, StaffSheet, Wish, wishes
from services.identity.storage import staff_sheets
from services.identity.use_cases.inviting_many.check_staff_sheet import check_staff_sheet
from services.identity.use_cases.inviting_many.start_staff_sheet import start_staff_sheet
from shared.spreadsheets.writer import csv_file
from shared.uploads.receive import receive
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.paging import page_of, position

_BYTES = 1024 * 1024
_COLUMNS = 8
_HEADER = ("行号", "手机号", "角色", "结果", "原因代码")


@dataclass(frozen=True, slots=True)
class ReceivedSheet:
    """The rows of an uploaded file, and the hash of the file."""

    wishes: list[Wish]
    sha256: str


async def prepare_staff_sheet(call: IdentityCall) -> ReceivedSheet:
    """Raises what receiving and reading raise, SheetColumnsWrong, SheetEmpty (V69)."""
    received = await receive(call.request.content, _BYTES, announced=call.request.content_length)
    limit = call.deps.settings.staff.sheet_rows + 1
    rows = await call.deps.sheets.read(received.data, rows=limit, columns=_COLUMNS)
    return ReceivedSheet(wishes(rows), received.sha256)


async def post_staff_sheet(call: IdentityCall, sheet: ReceivedSheet) -> SheetView:
    """B5, V12: a dry run."""
    checked = await check_staff_sheet(call.tx, sheet.wishes, actor=call.actor, keyring=call.deps.keyring, now=call.now)
    return _view(checked)


async def post_staff_sheet_start(call: IdentityCall) -> SheetView:
    """B5."""
    sheet_id, version = call.path_id("sheet_id"), call.expected_version
    return _view(await start_staff_sheet(call.tx, sheet_id, version, actor=call.actor, now=call.now))


async def get_staff_sheets(call: IdentityCall) -> Page[SheetView]:
    """B5."""
    query = call.query
    rows = await staff_sheets.select_page(call.reader, call.actor.id, position(query), query.limit + 1)
    return page_of(Page[SheetView], query, rows, _view, lambda row: row.sheet_id)


async def get_staff_sheet(call: IdentityCall) -> SheetView:
    """B5: how far it is."""
    return _view(await staff_sheets.select(call.reader, call.actor.id, call.path_id("sheet_id")))


async def get_staff_sheet_rows(call: IdentityCall) -> Page[SheetRowView]:
    """B5: what is wrong with, or became of, each row."""
    sheet = await staff_sheets.select(call.reader, call.actor.id, call.path_id("sheet_id"))
    (after,) = decode_cursor(call.query.cursor, (int,))
    limit = call.query.limit
    rows = await staff_sheets.select_rows(call.reader, sheet.sheet_id, after or 0, call.query.result, limit + 1)
    more = encode_cursor(rows[limit - 1].line) if len(rows) > limit else None
    return Page[SheetRowView](items=[_row(row) for row in rows[:limit]], next_cursor=more)


async def get_staff_sheet_results(call: IdentityCall) -> web.Response:
    """V69: the result list as a file."""
    sheet = await staff_sheets.select(call.reader, call.actor.id, call.path_id("sheet_id"))
    rows = await staff_sheets.select_rows(call.reader, sheet.sheet_id, 0, None, 10_000)
    lines = [(str(row.line), row.phone_masked, row.role, row.result, row.problem or "") for row in rows]
    headers = {"Content-Disposition": 'attachment; filename="invitations.csv"', "Cache-Control": "no-store"}
    return web.Response(body=csv_file([_HEADER, *lines]), content_type="text/csv", charset="utf-8", headers=headers)


def _view(sheet: StaffSheet) -> SheetView:
    kept = {name: value for name, value in asdict(sheet).items() if name in SheetView.model_fields}
    return SheetView.model_validate(kept)


def _row(row: SheetRow) -> SheetRowView:
    kept = {name: value for name, value in asdict(row).items() if name in SheetRowView.model_fields}
    return SheetRowView.model_validate(kept)
