"""Let everything lapse that was not filed when its exam year closed, and tell whose it was (4.4)."""

from datetime import datetime

from services.declaration.domain.declaration import Action, transition
from services.declaration.storage import lapsing
from services.declaration.storage.lapsing import Lapsed
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.declaration import DeclarationLapsed
from shared.ids import DeclarationId
from shared.postgres.transaction import Transaction

BATCH = 500


async def lapse_declarations(tx: Transaction, *, now: datetime) -> int:
    """How many lapsed, at most BATCH."""
    lapsed = await lapsing.update_lapsed(tx, now, BATCH)
    for one in lapsed:
        audit.record(
            tx,
            "declaration.lapse",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=one.id,
            at=now,
            before=one.from_state.value,
            after=transition(one.from_state, Action.LAPSE).value,
            **({} if one.first_approved_by is None else {"first_approval_by": str(one.first_approved_by)}),
        )
        outbox.add(tx, _told(one, now))
    return len(lapsed)


def _told(one: Lapsed, now: datetime) -> DeclarationLapsed:
    return DeclarationLapsed(
        occurred_at=now,
        aggregate_version=one.version,
        declaration_id=DeclarationId(one.id),
        person_id=one.person_id,
        institution_id=one.institution_id,
        institution_name=one.institution_name,
        cycle_year=one.cycle_year,
        number=one.number,
    )
