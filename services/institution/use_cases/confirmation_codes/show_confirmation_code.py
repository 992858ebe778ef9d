"""Owner or business admin looks at a confirmation code of the institution; the look is recorded (A21)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import NoConfirmationCode
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.storage.confirmation_codes import ConfirmationCode
from services.institution.use_cases.confirmation_codes.code_in_force import code_in_force
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def show_confirmation_code(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    code_id: UUID | None = None,
) -> ConfirmationCode:
    """The main code in force, or `code_id`. Raises NotFound, NoConfirmationCode, CodeNotInForce."""
    await institutions.select(tx, institution_id, scope_of(actor))
    kept = (
        await confirmation_codes.select_main(tx, keyring, institution_id)
        if code_id is None
        else await code_in_force(tx, keyring, institution_id, code_id)
    )
    if kept is None:
        raise NoConfirmationCode
    audit.record(
        tx,
        "confirmation_code.show",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        code_id=str(kept.id),
    )
    return kept
