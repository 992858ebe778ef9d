"""From a verification's status to what the person sees, with sentences in the person's language."""

from services.identity.api.verification_schemas import (
    AttemptsView,
    MeVerificationView,
    PhotoView,
    ProgressView,
    ReasonView,
    VerificationView,
)
from services.identity.domain.verification_reasons import REASONS
from services.identity.recognition.reasons import CATALOGUE, Reason
from services.identity.use_cases.verifying.show_verification import VerificationStatus


def verification_view(status: VerificationStatus, language: str, consent_version: str) -> VerificationView:
    """The full view."""
    verification, document = status.verification, status.document
    return VerificationView(
        state=verification.state,
        version=verification.version,
        since=verification.since,
        reason=reason_view(verification.reason_code, language),
        attempts_left=AttemptsView(today=status.left.today, in_all=status.left.in_all),
        next_actions=status.actions,
        progress=progress_view(status),
        method=verification.method,
        verified_at=verification.verified_at,
        document_type=document.document_type if document else None,
        name_masked=document.name_masked if document else None,
        document_no_masked=document.document_no_masked if document else None,
        consent_version=consent_version,
        consented_at=status.consented_at,
        photos=[PhotoView(side=image.side, uploaded_at=image.uploaded_at) for image in status.images],
    )


def me_verification_view(status: VerificationStatus) -> MeVerificationView:
    """The short view."""
    return MeVerificationView(
        state=status.verification.state,
        reason_code=status.verification.reason_code,
        attempts_left=status.left.now,
        method=status.verification.method,
        verified_at=status.verification.verified_at,
        progress=progress_view(status),
        next_actions=status.actions,
    )


def reason_view(code: str | None, language: str) -> ReasonView | None:
    """The sentence of a reason code, ours or the card reader's."""
    if code is None:
        return None
    if (own := REASONS.get(code)) is not None:
        return ReasonView(code=code, message=own.zh if language == "zh" else own.en, field=own.field)
    said = CATALOGUE[Reason(code)]
    return ReasonView(code=code, message=said.zh if language == "zh" else said.en, field=None)


def progress_view(status: VerificationStatus) -> ProgressView | None:
    """Where a check under way is."""
    if status.verification.state == "pending_manual":
        return ProgressView(step="reviewing", since=status.verification.since, ahead=None)
    if (job := status.progress) is None:
        return None
    return ProgressView(step="reading" if job.state == "running" else "queued", since=job.queued_at, ahead=job.ahead)
