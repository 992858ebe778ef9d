"""Show a name, number or phone in full to staff who have the right and give a reason; every time is recorded (V55)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.storage import identity_documents, persons
from services.identity.use_cases.signing_in.become_known import phone_of
from services.identity.use_cases.verifying.record_verified_identity import identity_place
from shared import audit
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.errors import Forbidden, NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text

RevealedField = Literal["name", "document_no", "phone"]
RevealReason = Literal["identity_dispute", "duplicate_person", "complaint", "authority_request", "correction"]


class OwnIdentity(Forbidden):
    """Nobody looks himself up with the rights of an office."""

    code = "own_identity"
    message_zh = "不能以工作人员身份查看本人信息，请使用考生账号查看。"
    message_en = "You can not look yourself up as staff; use your own account."


@dataclass(frozen=True, slots=True)
class Revealed:
    """The fields that were asked for; the others are None."""

    document_type: str | None
    name: str | None
    document_no: str | None
    phone: str | None


async def reveal_identity(
    tx: Transaction,
    person_id: UUID,
    fields: frozenset[RevealedField],
    reason: RevealReason,
    case_no: str | None,
    actor: Actor,
    keyring: Keyring,
    now: datetime,
) -> Revealed:
    """Raises NotFound for nobody, for closed accounts, and for a name or number of somebody who was never verified;
    OwnIdentity."""
    if actor.person_id == person_id:
        raise OwnIdentity
    person = await persons.select(tx, person_id)
    document = await identity_documents.select_current(tx, person_id)
    if person is None or person.state != "active" or (document is None and fields != {"phone"}):
        raise NotFound
    revealed = Revealed(None, None, None, None)
    if document is not None and fields != {"phone"}:
        place = identity_place(document.document_id)
        identity = PersonIdentity.model_validate_json(unseal_text(keyring, "person", place, document.identity_sealed))
        name = identity.name if "name" in fields else None
        number = identity.document_no if "document_no" in fields else None
        revealed = Revealed(identity.document_type, name, number, None)
    if "phone" in fields:
        phone = await phone_of(person, keyring)
        revealed = Revealed(revealed.document_type, revealed.name, revealed.document_no, phone)
    audit.record(
        tx,
        "person.reveal",
        actor=actor,
        subject_kind="person",
        subject_id=person_id,
        at=now,
        reason=reason,
        fields=sorted(fields),
        case_no=case_no,
    )
    return revealed
