"""Owner or business admin looks at the institution's confirmation code; the look is recorded (A21)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import NoConfirmationCode
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def show_confirmation_code(
    tx: Transaction, keyring: Keyring, institution_id: UUID, *, actor: Actor, now: datetime
) -> ConfirmationCode:
    """The code in force. Raises NotFound, NoConfirmationCode."""
    await institutions.select(tx, institution_id, scope_of(actor))
    kept = await confirmation_codes.select_current(tx, keyring, institution_id)
    if kept is None:
        raise NoConfirmationCode
    audit.record(
        tx, "confirmation_code.show", actor=actor, subject_kind="institution", subject_id=institution_id, at=now
    )
    return kept
