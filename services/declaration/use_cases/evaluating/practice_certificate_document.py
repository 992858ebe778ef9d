"""What is printed on an assistant's practice-period certificate, made once at issue (5.3, last paragraph)."""

from services.declaration.domain.evaluation import counted_rows
from services.declaration.domain.evaluation_errors import CertificateIncomplete
from services.declaration.printing.practice_certificate import PracticeCertificateDocument
from services.declaration.storage.listable import Issuer
from services.declaration.storage.snapshots import Snapshot
from services.declaration.use_cases.evaluating.certificate_content import (
    CertificateRequest,
    Issue,
    common_fields,
    current_of,
    shortened,
)


def practice_certificate_document(
    request: CertificateRequest, snapshot: Snapshot, issuer: Issuer, issue: Issue
) -> PracticeCertificateDocument:
    """The whole form. Raises CertificateIncomplete without the assistant's data, the first registration or a place."""
    assistant = snapshot.content.assistant
    periods = counted_rows(snapshot.content, request.declaration.confirmed)
    if assistant is None or not assistant.first_registration_date or not periods:
        raise CertificateIncomplete
    here = current_of(periods)
    return PracticeCertificateDocument(
        **common_fields(request, snapshot, issuer, issue, here),
        qualification_certificate_no=assistant.qualification_certificate_no or "",
        practising_certificate_no=assistant.practising_certificate_no or "",
        practising_category=request.practising_category,
        first_registered_on=assistant.first_registration_date,
        practised_from=here.first_day or request.probation.first_start,
        practised_to=here.last_day or request.probation.last_end,
        work=shortened(here.work_summary),
    )
