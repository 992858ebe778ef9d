"""A way to log in came or went: the person is told, and the trail shows it (A5)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.domain.credentials import CredentialKind
from services.identity.storage import persons
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import CredentialChanged
from shared.ids import PersonId
from shared.postgres.transaction import Transaction


async def tell_credential_change(
    tx: Transaction,
    person_id: UUID,
    kind: CredentialKind,
    change: Literal["linked", "unlinked"],
    actor: Actor,
    now: datetime,
) -> None:
    """One event and one audit entry."""
    event = CredentialChanged(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, person_id),
        person_id=PersonId(person_id),
        kind=kind,
        change=change,
    )
    outbox.add(tx, event)
    action = f"credential.{'link' if change == 'linked' else 'unlink'}"
    audit.record(tx, action, actor=actor, subject_kind="person", subject_id=person_id, at=now, kind=kind)
