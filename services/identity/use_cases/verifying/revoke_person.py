"""The zone takes a verification away: fraud, death, or a second account of one person (4.1)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.verification import Verification
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import identity_documents, persons, review_requests, verifications
from services.identity.use_cases.verifying.change_document import require_version
from services.identity.use_cases.verifying.request_manual_review import write_moved
from shared import outbox
from shared.actor import Actor
from shared.contracts.identity import PersonRevoked
from shared.errors import Forbidden
from shared.ids import PersonId
from shared.postgres.transaction import Transaction


class OwnRevocation(Forbidden):
    """Nobody decides about himself (four eyes)."""

    code = "own_revocation"
    message_zh = "不能撤销本人的实名认证，请由其他管理员处理。"
    message_en = "You can not revoke your own verification; another administrator must."


async def revoke_person(
    tx: Transaction,
    person_id: UUID,
    expected_version: int,
    reason_code: str,
    actor: Actor,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> Verification:
    """revoked, and the others are told. Raises NotFound, ReasonUnknown, OwnRevocation, StaleVersion and
    VerificationNotAllowed."""
    catalogue.require_reason(reason_code, "zone")
    if actor.person_id == person_id:
        raise OwnRevocation
    verification = await verifications.lock(tx, person_id)
    require_version(verification, expected_version)
    revoked = verification.revoked_for(reason_code, now)
    await identity_documents.update_revoked(tx, person_id, now)
    if verification.changing:
        await review_requests.update_decided(tx, person_id, actor.id)
    event = PersonRevoked(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, person_id),
        person_id=PersonId(person_id),
        reason_code=reason_code,
        revoked_at=now,
    )
    outbox.add(tx, event)
    await write_moved(tx, verification, revoked, "verification.revoke", actor)
    return revoked
