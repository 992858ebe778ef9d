"""A guardian consents for a child under fourteen (PIPL 31, V60)."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.identity.domain.limits import VerificationLimits
from services.identity.domain.minors import needs_guardian
from services.identity.storage import consents
from services.identity.use_cases.verifying.accept_consent import record_consent
from shared.actor import Actor
from shared.errors import Forbidden
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_text_for

GUARDIAN = "guardian_id_images"


class GuardianConsentMissing(Forbidden):
    """A child's documents are processed only with a guardian's consent."""

    code = "guardian_consent_missing"
    message_zh = "未满十四周岁，请由监护人阅读并同意监护人同意书（版本 {current}）后再提交。"
    message_en = "Under fourteen a guardian must read and accept the guardian's consent (version {current}) first."


class Guardian(BaseModel):
    """Who consents for the child."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    name: str
    relation: str


async def accept_guardian_consent(
    tx: Transaction,
    version: str,
    guardian: Guardian,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    now: datetime,
) -> datetime:
    """When the consent was given: now, or earlier. Raises ConsentTextOutdated."""
    place = f"consent.guardian:{actor.id}/{GUARDIAN}/{version}"
    sealed = await seal_text_for(keyring, actor.id, "person", place, guardian.model_dump_json())
    return await record_consent(tx, GUARDIAN, version, actor, limits, now, guardian_sealed=sealed)


async def require_guardian_consent(
    reader: Reader, person_id: UUID, born: date | None, limits: VerificationLimits, today: date
) -> None:
    """Raise GuardianConsentMissing for a child whose guardian did not accept the text in force, or took it back."""
    if born is None or not needs_guardian(born, today):
        return
    if await consents.select_accepted_at(reader, person_id, GUARDIAN, limits.consent_version) is None:
        raise GuardianConsentMissing(current=limits.consent_version)
