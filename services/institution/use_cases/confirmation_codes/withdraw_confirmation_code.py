"""Owner or business admin takes a named confirmation code out of force; bindings made with it stay (A21, 4.3)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import MainCodeStays
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.use_cases.confirmation_codes.code_in_force import code_in_force
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def withdraw_confirmation_code(
    tx: Transaction, keyring: Keyring, institution_id: UUID, code_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Raises NotFound, CodeNotInForce, MainCodeStays. A suspended institution may do this too."""
    await institutions.lock(tx, institution_id, scope_of(actor))
    kept = await code_in_force(tx, keyring, institution_id, code_id)
    if not kept.terms.name:
        raise MainCodeStays
    await confirmation_codes.update_rotated(tx, kept.id, now)
    audit.record(
        tx,
        "confirmation_code.withdraw",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        code_id=str(kept.id),
    )
