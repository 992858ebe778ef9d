"""What is printed on an assistant's practice-period certificate, made once at issue (5.3, last paragraph)."""

from datetime import date

from services.declaration.domain.evaluation import counted_rows
from services.declaration.domain.evaluation_errors import CertificateIncomplete
from services.declaration.printing.certificate import LONGEST_TEXT
from services.declaration.printing.practice_certificate import PracticeCertificateDocument
from services.declaration.storage.listable import Issuer
from services.declaration.storage.snapshots import Snapshot
from services.declaration.use_cases.evaluating.certificate_content import SEX_OF, CertificateRequest, Issue, level_of


def practice_certificate_document(
    request: CertificateRequest, snapshot: Snapshot, issuer: Issuer, issue: Issue
) -> PracticeCertificateDocument:
    """The whole form. Raises CertificateIncomplete without the assistant's data, the first registration or a place."""
    declaration, identity, assistant = request.declaration, snapshot.identity, snapshot.content.assistant
    periods = counted_rows(snapshot.content, declaration.confirmed)
    if assistant is None or not assistant.first_registration_date or not periods:
        raise CertificateIncomplete
    here = next((period for period in periods if period.is_current), periods[-1])
    return PracticeCertificateDocument(
        certificate_no=issue.number,
        cycle_year=declaration.cycle_year,
        name=identity.name,
        sex=SEX_OF[identity.sex],
        birth_date=date.fromisoformat(identity.birth_date),
        document_no=identity.document_no,
        qualification_certificate_no=assistant.qualification_certificate_no or "",
        practising_certificate_no=assistant.practising_certificate_no or "",
        practising_category=assistant.practising_category_code or "",
        first_registered_on=assistant.first_registration_date,
        exam_level=level_of(declaration),
        exam_category_code=declaration.exam_category_code,
        exam_category_name=declaration.category_name,
        institution_name=issuer.name,
        institution_address=issuer.address,
        institution_registration_no=issuer.code,
        department=here.department or "",
        position=here.position or "",
        practised_from=here.first_day or request.probation.first_start,
        practised_to=here.last_day or request.probation.last_end,
        work=(here.work_summary or "")[:LONGEST_TEXT],
        institution_opinion=request.opinion,
        legal_representative=request.signatures.legal_representative,
        deciding_account=issue.account,
        responsible_person=request.signatures.responsible_person,
        issued_on=issue.at.date(),
        generated_at=issue.at,
        verification_url=issue.address,
    )
