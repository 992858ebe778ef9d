"""Routes of the yearly filing: the institution's lists, the exam bodies' inbox, the check of a printed list."""

from typing import Final

from services.declaration.api import filing_files as files
from services.declaration.api import filing_inbox as inbox
from services.declaration.api import filing_lists as lists
from services.declaration.api import filing_scans as scans
from services.declaration.api.filing_differences import DifferencePage, get_filing_differences
from services.declaration.api.filing_verification import get_verification
from services.declaration.api.schemas import filing as schemas
from services.declaration.api.schemas.filing_scans import ScanFileView, SealConfirmation
from shared.web.routing import Public, Route, Staff

_UNIT = Staff("institution_business_admin")
_UNIT_READS = Staff("institution_business_admin", "institution_owner")
_BODY = Staff("zone_admin", "site_admin", "point_admin")
_BODY_READS = Staff("zone_admin", "site_admin", "point_admin", "auditor")
_LISTS = "/v1/qualified-lists"
_LIST = "/v1/qualified-lists/{list_id}"
_FILING = "/v1/filings/{list_id}"
_SCAN_LIMIT = 12 * 1024 * 1024
_STEP = schemas.ListStepView

FILING_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        _LISTS,
        lists.post_qualified_list,
        _UNIT,
        "新建名单",
        "Open a list",
        request=schemas.ListOpening,
        response=_STEP,
        status=201,
    ),
    Route(
        "GET",
        _LISTS,
        lists.get_qualified_lists,
        _UNIT_READS,
        "本单位名单",
        "Own lists",
        query=schemas.OwnListsQuery,
        response=lists.ListPage,
    ),
    Route("GET", _LIST, lists.get_qualified_list, _UNIT_READS, "名单详情", "One list", response=schemas.ListDetailView),
    Route(
        "POST",
        _LIST + "/generation",
        lists.post_generation,
        _UNIT,
        "生成名单",
        "Freeze a list",
        request=schemas.ListGeneration,
        response=_STEP,
        status=202,
        versioned=True,
    ),
    Route(
        "POST",
        _LIST + "/printing",
        lists.post_printing,
        _UNIT,
        "打印名单",
        "Print a list",
        response=_STEP,
        versioned=True,
    ),
    Route(
        "GET",
        _LIST + "/pdf",
        files.get_list_pdf,
        _UNIT_READS,
        "下载名单",
        "Download the printed list",
        prepare=files.open_own_pdf,
        transaction=True,
    ),
    Route(
        "POST",
        _LIST + "/scan-files",
        scans.post_scan_file,
        _UNIT,
        "上传盖章扫描件",
        "Upload pages of the sealed list",
        response=ScanFileView,
        status=201,
        prepare=scans.receive_scan,
        body_limit=_SCAN_LIMIT,
    ),
    Route(
        "DELETE",
        _LIST + "/scan-files/{file_id}",
        scans.delete_scan_file,
        _UNIT,
        "删除扫描件",
        "Remove a scanned file",
        response=_STEP,
        versioned=True,
    ),
    Route(
        "PUT",
        _LIST + "/sealed-scan",
        scans.put_sealed_scan,
        _UNIT,
        "逐项确认盖章",
        "Confirm the seal point by point",
        request=SealConfirmation,
        response=_STEP,
        versioned=True,
    ),
    Route(
        "GET",
        _LIST + "/scan-files/{file_id}",
        files.get_list_scan,
        _UNIT_READS,
        "下载盖章扫描件",
        "Download the scan",
        prepare=files.open_own_scan,
        transaction=True,
    ),
    Route(
        "POST",
        _LIST + "/submission",
        lists.post_list_submission,
        _UNIT,
        "上报名单",
        "Hand a list in",
        response=_STEP,
        versioned=True,
    ),
    Route(
        "POST",
        _LIST + "/discard",
        lists.post_discard,
        _UNIT,
        "作废名单",
        "Discard a list",
        response=_STEP,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/filings",
        inbox.get_filings,
        _BODY_READS,
        "备案收件箱",
        "Inbox of filings",
        query=schemas.FilingsQuery,
        response=schemas.FilingPage,
    ),
    Route("GET", _FILING, inbox.get_filing, _BODY_READS, "备案详情", "One filing", response=schemas.ListDetailView),
    Route(
        "GET",
        _FILING + "/pdf",
        files.get_filing_pdf,
        _BODY_READS,
        "下载上报名单",
        "Download the list handed in",
        prepare=files.open_filed_pdf,
        transaction=True,
    ),
    Route(
        "GET",
        _FILING + "/scan-files/{file_id}",
        files.get_filing_scan,
        _BODY_READS,
        "下载盖章扫描件",
        "Download the scan",
        prepare=files.open_filed_scan,
        transaction=True,
    ),
    Route(
        "POST",
        _FILING + "/acceptance",
        inbox.post_acceptance,
        _BODY,
        "接受备案",
        "Accept a filing",
        response=_STEP,
        versioned=True,
    ),
    Route(
        "POST",
        _FILING + "/return",
        inbox.post_list_return,
        _BODY,
        "退回名单",
        "Return a filing",
        request=schemas.ListReturn,
        response=_STEP,
        versioned=True,
    ),
    Route(
        "POST",
        _FILING + "/late-permission",
        inbox.post_late_permission,
        _BODY,
        "允许补报",
        "Permit late filing",
        request=schemas.LatePermission,
        response=_STEP,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/filing-differences",
        get_filing_differences,
        _BODY_READS,
        "备案差异",
        "Where lists and declarations disagree",
        query=schemas.DifferencesQuery,
        response=DifferencePage,
    ),
    Route(
        "GET",
        "/v1/verifications/{number}",
        get_verification,
        Public(),
        "核验名单",
        "Check a printed list",
        query=schemas.VerificationQuery,
        response=schemas.VerificationView,
    ),
)
