"""Routes of exports of institutions (B8, V69). An export is its maker's alone; the page of all that were made is the
auditors' too."""

from typing import Final

from services.institution.api import exports
from services.institution.api.audiences import OVERSEERS
from services.institution.api.schemas import exports as schemas
from shared.web.routing import Route

_EXPORT: Final = "/v1/exports/{export_id}"

EXPORT_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/exports",
        exports.post_institution_export,
        OVERSEERS,
        "导出辖区机构状况表（XLSX，后台生成）",
        "Take where institutions stand and what they lack as a sheet; made by a worker",
        request=schemas.InstitutionExportBody,
        response=schemas.InstitutionExportView,
        status=202,
    ),
    Route(
        "GET",
        "/v1/exports",
        exports.get_institution_exports,
        OVERSEERS,
        "机构状况表导出记录：本人的；审计人员可查看辖区内全部",
        "Sheets of institutions: one's own; an auditor sees all of the jurisdiction",
        query=schemas.InstitutionExportsQuery,
        response=exports.InstitutionExportPage,
    ),
    Route(
        "GET",
        _EXPORT,
        exports.get_institution_export,
        OVERSEERS,
        "机构状况表导出进度",
        "How far a sheet of institutions is",
        response=schemas.InstitutionExportView,
    ),
    Route(
        "POST",
        f"{_EXPORT}/cancellation",
        exports.post_institution_export_cancellation,
        OVERSEERS,
        "取消机构状况表导出",
        "Stop a sheet of institutions",
        response=schemas.InstitutionExportView,
        versioned=True,
    ),
    # The look is audited, which takes a transaction.
    Route(
        "GET",
        f"{_EXPORT}/file",
        exports.get_institution_export_file,
        OVERSEERS,
        "下载机构状况表",
        "Take the file of a sheet of institutions",
        prepare=exports.open_institution_export_file,
        transaction=True,
    ),
)
