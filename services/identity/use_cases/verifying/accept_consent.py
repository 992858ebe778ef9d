"""Accept the text on processing photos of identity documents, which is separate consent (V56, PIPL 29)."""

from datetime import datetime

from services.identity.domain.limits import VerificationLimits
from services.identity.storage import consents
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem, Forbidden, Invalid
from shared.postgres.transaction import Reader, Transaction

ID_IMAGES = "id_images"


class ConsentTextOutdated(Invalid):
    """The version is not the one in force."""

    code = "consent_text_outdated"
    message_zh = "授权文本已更新，请阅读最新版本（{current}）后再同意。"
    message_en = "The consent text was updated; read the current version ({current}) and accept that one."


class ConsentMissing(Forbidden):
    """Photos of documents are processed only with consent."""

    code = "consent_missing"
    message_zh = "请先阅读并同意证件照片处理授权书（版本 {current}）。"
    message_en = "Read and accept the consent to process document photos first (version {current})."


async def accept_consent(
    tx: Transaction, kind: str, version: str, actor: Actor, limits: VerificationLimits, now: datetime
) -> datetime:
    """When the consent was given: now, or earlier. Raises ConsentTextOutdated."""
    if version != limits.consent_version:
        problem = FieldProblem("/version", "outdated", "不是现行版本", "not the version in force")
        raise ConsentTextOutdated(problems=[problem], current=limits.consent_version)
    if await consents.insert(tx, actor.id, kind, version, now):
        audit.record(
            tx,
            "consent.accept",
            actor=actor,
            subject_kind="person",
            subject_id=actor.id,
            at=now,
            kind=kind,
            version=version,
        )
    return await consents.select_accepted_at(tx, actor.id, kind, version) or now


async def require_consent(reader: Reader, actor: Actor, limits: VerificationLimits) -> None:
    """Raise ConsentMissing unless the text in force was accepted and not taken back."""
    if await consents.select_accepted_at(reader, actor.id, ID_IMAGES, limits.consent_version) is None:
        raise ConsentMissing(current=limits.consent_version)
