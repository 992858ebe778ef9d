"""Routes for the national network."""

from typing import Final

from services.declaration.api.schemas.status import StatusQuestion, StatusView
from services.declaration.api.status import post_status_query
from shared.web.routing import Clients, Route

STATUS_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/v1/status-queries",
        post_status_query,
        Clients("national_network_client"),
        "申报状态查询",
        "Status of a person in an exam year",
        request=StatusQuestion,
        response=StatusView,
        is_query=True,
    ),
)
