"""The owner accepted the account and the responsibility for it: the institution may complete its profile (B6, C1)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.storage import institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def activate_institution(
    tx: Transaction, institution_id: UUID, *, owner_id: UUID, accepted_at: datetime, now: datetime
) -> None:
    """Move an issued institution on; for any other state there is nothing left to do. Raises NotFound."""
    institution = await institutions.lock(tx, institution_id, institution_id)
    if institution.state != "issued":
        return
    await move_institution(
        tx,
        institution,
        "activate",
        actor=SYSTEM,
        now=now,
        action="institution.activate",
        changed=replace(institution, responsibility_accepted_at=accepted_at),
        owner_id=str(owner_id),
    )
