"""Ask for the automatic check of a resident ID card: a claim and two photos go to the readers' queue (A8-A10, A14)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.claim import Claim, ClaimRequest, plain_claim
from services.identity.domain.documents import AUTOMATIC, DocumentType, sides_of
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.resident_number import parse_resident_number
from services.identity.domain.verification import Verification
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.domain.windows import Windows, remembered, seconds_to_wait
from services.identity.storage import (
    identity_documents,
    proofing_guards,
    recognition_jobs,
    verification_images,
    verifications,
)
from services.identity.storage.verification_images import VerificationImage
from services.identity.use_cases.verifying.accept_consent import require_consent
from services.identity.use_cases.verifying.accept_guardian_consent import require_guardian_consent
from shared import audit
from shared.actor import Actor
from shared.errors import Conflict, FieldProblem, Invalid, LimitReached
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_text_for


class AutomaticNotForThisDocument(Invalid):
    """Machines read resident ID cards only (A14)."""

    code = "automatic_not_for_this_document"
    message_zh = (
        "自动核验仅支持居民身份证。港澳台居民及外籍人员请选择证件类型后提交人工审核，类型和号码须与国网报名一致。"
    )
    message_en = (
        "The automatic check takes resident ID cards only. With another document ask for a manual review; type and "
        "number must be the ones used at the national registration."
    )


class PhotosMissing(Conflict):
    """A side of the document has no photo yet."""

    code = "photos_missing"
    message_zh = "请先上传证件照片：{missing}。"
    message_en = "Upload the missing photo(s) first: {missing}."


class DocumentHeldByAnother(Conflict):
    """The document was verified by another account (V32)."""

    code = "document_held_by_another"
    message_zh = "该证件已由其他账号完成认证。请使用原账号登录，或联系考试管理机构。"
    message_en = "This document was verified by another account. Log in with that one, or contact your exam body."


class DocumentRevokedBefore(Conflict):
    """A verification by this document was taken away: a person must look before it counts again (4.1)."""

    code = "document_revoked_before"
    message_zh = "该证件的实名认证曾被撤销，不能自动核验，请提交人工审核。"
    message_en = "A verification by this document was revoked before; ask for a manual review instead."


async def start_automatic_verification(
    tx: Transaction,
    request: ClaimRequest,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> Verification:
    """auto_checking. Raises AutomaticNotForThisDocument, NameInvalid, DocumentNumberInvalid, ConsentMissing,
    VerificationNotAllowed, NoAutomaticAttemptLeft, PhotosMissing, DocumentHeldByAnother, DocumentRevokedBefore,
    LimitReached."""
    if request.document_type not in AUTOMATIC:
        problem = FieldProblem("/document_type", "manual_only", "请选择人工审核", "choose the manual review")
        raise AutomaticNotForThisDocument(problems=[problem])
    claim = plain_claim(request, catalogue.year_of(now.date()).document_types, now.date())
    verification = await verifications.lock(tx, actor.id)
    started = verification.started_automatically(limits, now)
    await require_consent(tx, actor, limits)
    born = parse_resident_number(claim.document_no, now.date()).birth_date
    await require_guardian_consent(tx, actor.id, born, limits, now.date())
    images = await require_photos(tx, actor.id, request.document_type)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await require_unheld(tx, index, actor.id)
    if await identity_documents.select_was_revoked(tx, index):
        raise DocumentRevokedBefore
    await take_start(tx, actor.id, index, limits, now)
    await verifications.update(tx, started)
    await _queue(tx, claim, index, images, actor.id, keyring, now)
    audit.record(
        tx,
        "verification.start_auto",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        before=verification.state,
        after=started.state,
    )
    return started


async def require_photos(
    tx: Transaction, person_id: UUID, document_type: DocumentType, taken_after: datetime | None = None
) -> dict[str, VerificationImage]:
    """The current photos by side, those of an earlier document left out. Raises PhotosMissing naming the sides."""
    current = await verification_images.select_current(tx, person_id)
    images = {side: one for side, one in current.items() if taken_after is None or one.uploaded_at > taken_after}
    if missing := [side for side in sides_of(document_type) if side not in images]:
        raise PhotosMissing(missing=", ".join(missing))
    return images


async def take_start(
    tx: Transaction, person_id: UUID, document_index: BlindIndex, limits: VerificationLimits, now: datetime
) -> None:
    """Count one start against the person and the number, in windows that are exact whoever asks (V31). Raises
    LimitReached, and then nothing is counted."""
    await _take(tx, "person", BlindIndex(person_id.bytes), limits.starts_per_person, now)
    await _take(tx, "document", document_index, limits.starts_per_number, now)


async def _take(
    tx: Transaction, kind: proofing_guards.Kind, subject: BlindIndex, windows: Windows, now: datetime
) -> None:
    started = await proofing_guards.lock(tx, kind, subject, now)
    if wait := seconds_to_wait(started, windows, now):
        raise LimitReached(retry_after=wait)
    await proofing_guards.update(tx, kind, subject, [*remembered(started, windows, now), now])


async def require_unheld(tx: Transaction, document_index: BlindIndex, person_id: UUID) -> None:
    """Raise DocumentHeldByAnother when the document is another person's."""
    holder = await identity_documents.select_holder(tx, document_index)
    if holder is not None and holder != person_id:
        raise DocumentHeldByAnother


def claim_place(job_id: UUID) -> str:
    """Where the claim of a job is sealed for."""
    return f"recognition_job.claim:{job_id}"


async def _queue(
    tx: Transaction,
    claim: Claim,
    index: BlindIndex,
    images: dict[str, VerificationImage],
    person_id: UUID,
    keyring: Keyring,
    now: datetime,
) -> None:
    job_id = new_id()
    sealed = await seal_text_for(keyring, person_id, "person", claim_place(job_id), claim.model_dump_json())
    front, back = images["front"].object_key, images["back"].object_key
    await recognition_jobs.insert(tx, job_id, person_id, sealed, index, front, back, now)
