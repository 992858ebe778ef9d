"""The part of the route table about spreadsheets of people to invite."""

from services.identity.api import staff_sheet_schemas, staff_sheets
from shared.web.cursors import Page
from shared.web.routing import Route, Staff
from shared.web.schemas import PageQuery

_INVITERS = Staff("zone_admin", "site_admin", "point_admin", "institution_owner")
_SHEET = "/v1/staff-sheets/{sheet_id}"

STAFF_SHEET_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/staff-sheets",
        staff_sheets.post_staff_sheet,
        _INVITERS,
        "上传并检查批量邀请表格（xlsx 或 csv，不会发出邀请）",
        "Upload and check a spreadsheet of people to invite; invites nobody",
        response=staff_sheet_schemas.SheetView,
        status=201,
        prepare=staff_sheets.prepare_staff_sheet,
    ),
    Route(
        "GET",
        "/v1/staff-sheets",
        staff_sheets.get_staff_sheets,
        _INVITERS,
        "本人上传的批量邀请表格",
        "One's own spreadsheets",
        query=PageQuery,
        response=Page[staff_sheet_schemas.SheetView],
    ),
    Route(
        "GET",
        _SHEET,
        staff_sheets.get_staff_sheet,
        _INVITERS,
        "批量邀请进度",
        "How far a spreadsheet is",
        response=staff_sheet_schemas.SheetView,
    ),
    Route(
        "GET",
        f"{_SHEET}/rows",
        staff_sheets.get_staff_sheet_rows,
        _INVITERS,
        "批量邀请各行结果",
        "What became of each row",
        query=staff_sheet_schemas.SheetRowsQuery,
        response=Page[staff_sheet_schemas.SheetRowView],
    ),
    Route(
        "GET",
        f"{_SHEET}/results",
        staff_sheets.get_staff_sheet_results,
        _INVITERS,
        "下载批量邀请结果",
        "The result list as a file",
    ),
    Route(
        "POST",
        f"{_SHEET}/start",
        staff_sheets.post_staff_sheet_start,
        _INVITERS,
        "开始批量邀请",
        "Invite the good rows",
        response=staff_sheet_schemas.SheetView,
        versioned=True,
    ),
)
