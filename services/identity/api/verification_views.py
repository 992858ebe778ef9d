"""From a verification's status to what the person sees, with sentences in the person's language."""

from services.identity.api.verification_schemas import (
    AttemptsView,
    MeVerificationView,
    PhotoView,
    ProgressView,
    QualityView,
    ReasonView,
    VerificationView,
)
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.recognition.first_look import FirstLook
from services.identity.recognition.reasons import CATALOGUE, Reason, Verdict
from services.identity.use_cases.verifying.show_verification import VerificationStatus


def verification_view(
    status: VerificationStatus, catalogue: VerificationCatalogue, language: str, consent_version: str
) -> VerificationView:
    """The full view."""
    verification, document = status.verification, status.document
    return VerificationView(
        state=verification.state,
        version=verification.version,
        since=verification.since,
        reason=reason_view(verification.reason_code, catalogue, language),
        attempts_left=AttemptsView(today=status.left.today, in_all=status.left.in_all),
        next_actions=status.actions,
        progress=progress_view(status),
        method=verification.method,
        verified_at=verification.verified_at,
        document_type=document.document_type if document else None,
        name_masked=document.name_masked if document else None,
        document_no_masked=document.document_no_masked if document else None,
        document_valid_to=document.valid_to if document else None,
        changing_document=verification.changing,
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


def reason_view(code: str | None, catalogue: VerificationCatalogue, language: str) -> ReasonView | None:
    """The sentence of a reason code, ours or the card reader's."""
    if code is None:
        return None
    if (own := catalogue.reasons.get(code)) is not None:
        return ReasonView(code=code, message=own.zh if language == "zh" else own.en, field=own.field)
    said = CATALOGUE[Reason(code)]
    return ReasonView(code=code, message=said.zh if language == "zh" else said.en, field=None)


def quality_view(look: FirstLook, language: str) -> QualityView:
    """What the first look says, with what to do."""
    said = CATALOGUE[look.reason]
    return QualityView(
        verdict="ok" if look.verdict is Verdict.OK else "retake",
        reason=look.reason.value,
        message=said.zh if language == "zh" else said.en,
        brightness=round(look.brightness, 1),
        sharpness=round(look.sharpness, 3),
        glare=round(look.glare, 4),
        outlined=look.outlined,
    )


def progress_view(status: VerificationStatus) -> ProgressView | None:
    """Where a check under way is."""
    if status.verification.state == "pending_manual":
        return ProgressView(step="reviewing", since=status.verification.since, ahead=status.reviews_ahead)
    if (job := status.progress) is None:
        return None
    if job.stage == "authority":
        return ProgressView(step="confirming", since=job.queued_at, ahead=None)
    return ProgressView(step="reading" if job.state == "running" else "queued", since=job.queued_at, ahead=job.ahead)
