"""The part of the route table about imports from spreadsheets."""

from services.institution.api import sheet_imports
from services.institution.api.audiences import EXAM_BODIES, OWN_STAFF
from services.institution.api.schemas import sheet_imports as schemas
from shared.web.routing import AnyOf, Route

_IMPORTERS = AnyOf(EXAM_BODIES, OWN_STAFF)
_SHEET = "/v1/sheet-imports/{import_id}"

SHEET_IMPORT_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/institution-imports",
        sheet_imports.post_institution_import,
        EXAM_BODIES,
        "上传机构库表格（xlsx 或 csv）并检查，不会导入",
        "Upload a spreadsheet of institutions to be checked; imports nothing yet",
        response=schemas.SheetImportView,
        status=201,
        prepare=sheet_imports.prepare_sheet,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/supervisor-imports",
        sheet_imports.post_supervisor_import,
        OWN_STAFF,
        "上传带教医师表格（xlsx 或 csv）并检查，不会导入",
        "Upload a spreadsheet of supervisors to be checked; imports nothing yet",
        response=schemas.SheetImportView,
        status=201,
        prepare=sheet_imports.prepare_roster_sheet,
    ),
    Route(
        "GET",
        "/v1/sheet-imports",
        sheet_imports.get_sheet_imports,
        _IMPORTERS,
        "本人上传的表格",
        "One's own spreadsheets",
        query=schemas.SheetImportQuery,
        response=sheet_imports.SheetImportPage,
    ),
    Route(
        "GET",
        _SHEET,
        sheet_imports.get_sheet_import,
        _IMPORTERS,
        "表格的检查与导入进度",
        "How far a spreadsheet is",
        response=schemas.SheetImportView,
    ),
    Route(
        "GET",
        f"{_SHEET}/rows",
        sheet_imports.get_sheet_import_rows,
        _IMPORTERS,
        "表格各行结果",
        "What is wrong with, or became of, each row",
        query=schemas.SheetRowsQuery,
        response=sheet_imports.SheetRowPage,
    ),
    Route(
        "GET",
        f"{_SHEET}/results",
        sheet_imports.get_sheet_import_results,
        _IMPORTERS,
        "下载带结果的表格（记录查阅）",
        "The same sheet with a column of results; the look is recorded",
        transaction=True,
    ),
    Route(
        "POST",
        f"{_SHEET}/start",
        sheet_imports.post_sheet_import_start,
        _IMPORTERS,
        "开始导入检查通过的行",
        "Carry out the good rows",
        response=schemas.SheetImportView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_SHEET}/stop",
        sheet_imports.post_sheet_import_stop,
        _IMPORTERS,
        "停止导入，已导入的行保留",
        "Stop carrying out; what was done stays",
        response=schemas.SheetImportView,
        versioned=True,
    ),
)
