"""Routes of the evaluation and its certificate."""

from typing import Final

from services.declaration.api import evaluation as handlers
from services.declaration.api import evaluation_certificates as files
from services.declaration.api.schemas import evaluation as schemas
from shared.web.routing import Public, Route, Staff

_UNIT = Staff("institution_business_admin")
_UNIT_READS = Staff("institution_business_admin", "institution_owner")
_OF_REVIEW = "/v1/reviews/{declaration_id}/evaluation"
_EVALUATION = "/v1/evaluations/{evaluation_id}"
_VIEW = schemas.EvaluationView

EVALUATION_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        _OF_REVIEW,
        handlers.post_evaluation,
        _UNIT,
        "考核",
        "Evaluate a probation",
        request=schemas.EvaluationBody,
        response=_VIEW,
        status=201,
    ),
    Route("GET", _OF_REVIEW, handlers.get_evaluation, _UNIT_READS, "考核结果", "The evaluation", response=_VIEW),
    Route(
        "POST",
        _EVALUATION + "/certificate",
        handlers.post_certificate,
        _UNIT,
        "核发考核证明",
        "Issue the certificate",
        request=schemas.CertificateBody,
        response=_VIEW,
        versioned=True,
    ),
    Route(
        "GET",
        _EVALUATION + "/certificate",
        files.get_certificate,
        _UNIT_READS,
        "下载考核证明",
        "Download the certificate",
        prepare=files.open_certificate_file,
        transaction=True,
    ),
    Route(
        "POST",
        _EVALUATION + "/provisional-certificate",
        handlers.post_provisional_certificate,
        _UNIT,
        "核发试用证明",
        "Issue a fresh graduate's provisional certificate",
        request=schemas.CertificateBody,
        response=_VIEW,
        versioned=True,
    ),
    Route(
        "GET",
        _EVALUATION + "/provisional-certificate",
        files.get_provisional_certificate,
        _UNIT_READS,
        "下载试用证明",
        "Download the provisional certificate",
        prepare=files.open_provisional_file,
        transaction=True,
    ),
    Route(
        "POST",
        _EVALUATION + "/full-year-result",
        handlers.post_full_year_result,
        _UNIT,
        "录入满一年考核结果",
        "Enter a fresh graduate's full-year result",
        request=schemas.FullYearBody,
        response=_VIEW,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/certificate-verifications/{number}",
        files.get_certificate_verification,
        Public(),
        "核验考核证明",
        "Check a printed certificate: masked data only, a page for browsers",
        query=schemas.CertificateVerificationQuery,
        response=schemas.CertificateVerificationView,
        prepare=files.count_verification,
    ),
)
