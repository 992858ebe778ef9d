"""Routes of supervisors' opinions (4.6)."""

from typing import Final

from services.declaration.api import evaluation_opinions as handlers
from services.declaration.api.schemas import opinions as schemas
from shared.web.routing import Candidates, Route, Staff

_UNIT = Staff("institution_business_admin")
_UNIT_READS = Staff("institution_business_admin", "institution_owner")
_OPINIONS = "/v1/evaluations/{evaluation_id}/opinions"

EVALUATION_OPINION_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        _OPINIONS,
        handlers.get_opinions,
        _UNIT_READS,
        "带教老师意见",
        "What the supervisors say",
        response=schemas.OpinionsView,
    ),
    Route(
        "PUT",
        _OPINIONS + "/{supervisor_id}",
        handlers.put_opinion,
        _UNIT,
        "录入带教老师意见",
        "Write down a supervisor's opinion",
        request=schemas.OpinionBody,
        response=schemas.OpinionsView,
    ),
    Route(
        "POST",
        _OPINIONS + "/{supervisor_id}/signature-request",
        handlers.post_signature_request,
        _UNIT,
        "请带教老师签署",
        "Ask the supervisor to sign",
        response=schemas.SignatureRequestView,
        status=201,
    ),
    Route(
        "POST",
        "/v1/opinion-openings",
        handlers.post_opinion_opening,
        Candidates(),
        "查看待签署的带教意见",
        "See the opinion that is to be signed",
        request=schemas.OpinionToSignBody,
        response=schemas.OpinionToSignView,
        transaction=False,
        is_query=True,
    ),
    Route(
        "POST",
        "/v1/opinion-signatures",
        handlers.post_opinion_signature,
        Candidates(),
        "签署带教意见",
        "Sign an opinion as its supervisor",
        request=schemas.SignatureBody,
        response=schemas.SignedView,
        status=201,
    ),
)
