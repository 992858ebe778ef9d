"""Routes for the national network, and for those who watch over its questions."""

from typing import Final

from services.declaration.api import status
from services.declaration.api.schemas import status as schemas
from shared.web.routing import Clients, Public, Route, Staff

_NETWORK = Clients("national_network_client")

STATUS_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/v1/status-queries",
        status.post_status_query,
        _NETWORK,
        "申报状态查询",
        "Status of a person in an exam year",
        request=schemas.StatusQuestion,
        response=schemas.StatusView,
        is_query=True,
        gathered=True,
    ),
    Route(
        "POST",
        "/v1/status-comparisons",
        status.post_status_comparison,
        _NETWORK,
        "国网报名信息比对",
        "Which fields of the national form differ from the declaration",
        request=schemas.ComparisonQuestion,
        response=schemas.ComparisonView,
        is_query=True,
        gathered=True,
    ),
    Route(
        "GET",
        "/v1/status-records",
        status.get_status_records,
        _NETWORK,
        "考点申报状态清单",
        "Records of an exam site",
        query=schemas.SiteRecordsQuery,
        response=schemas.SiteRecordPage,
        transaction=True,
    ),
    Route(
        "GET",
        "/v1/status-changes",
        status.get_status_changes,
        _NETWORK,
        "申报状态变更清单",
        "Records that changed since a cursor",
        query=schemas.SignedListQuery,
        response=schemas.StatusChangesView,
        transaction=True,
    ),
    Route(
        "GET",
        "/v1/answer-keys",
        status.get_answer_keys,
        Public(),
        "应答验签公钥",
        "Public keys that answers are checked with",
        response=schemas.AnswerKeysView,
    ),
    Route(
        "GET",
        "/v1/status-calls",
        status.get_status_calls,
        Staff("auditor", "zone_admin", "site_admin", "point_admin"),
        "国网调用日志",
        "Who asked about whom and when",
        query=schemas.StatusCallsQuery,
        response=schemas.StatusCallPage,
    ),
)
