"""The owner accepted the account and the responsibility for it (B6, C1): an issued institution may complete its
profile, an approved one gets its confirmation code, so that nobody binds before somebody answers for it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import CodeTerms
from services.institution.domain.institution import Institution
from services.institution.storage import confirmation_codes, institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def activate_institution(
    tx: Transaction, keyring: Keyring, institution_id: UUID, *, owner_id: UUID, accepted_at: datetime, now: datetime
) -> None:
    """Take the acceptance down once; in any other state there is nothing left to do. Raises NotFound."""
    institution = await institutions.lock(tx, institution_id, institution_id)
    if institution.responsibility_accepted_at is not None:
        return
    accepted = replace(institution, responsibility_accepted_at=accepted_at)
    if institution.state == "issued":
        await move_institution(
            tx,
            institution,
            "activate",
            actor=SYSTEM,
            now=now,
            action="institution.activate",
            changed=accepted,
            owner_id=str(owner_id),
        )
    elif institution.state in ("active", "suspended"):
        await _take_over(tx, keyring, institution, accepted, owner_id, now)


async def _take_over(
    tx: Transaction, keyring: Keyring, before: Institution, accepted: Institution, owner_id: UUID, now: datetime
) -> None:
    await confirmation_codes.insert(tx, keyring, before.id, owner_id, CodeTerms(), now)
    await move_institution(
        tx,
        before,
        None,
        actor=SYSTEM,
        now=now,
        action="institution.accept_responsibility",
        changed=accepted,
        owner_id=str(owner_id),
    )
