"""Owner or business admin replaces a confirmation code; existing bindings stay (A21, 4.3)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import CodeTerms, require_future
from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.storage.confirmation_codes import ConfirmationCode
from services.institution.use_cases.confirmation_codes.code_in_force import code_in_force
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def rotate_confirmation_code(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    expires_at: datetime | None,
    *,
    actor: Actor,
    now: datetime,
    code_id: UUID | None = None,
) -> ConfirmationCode:
    """A fresh code in force from now on, for what the old one was for: the main one, or `code_id`. Its room for people
    counts anew. Raises NotFound, CodeNotInForce, InstitutionNotActive, ExpiryInPast."""
    require_future(expires_at, now)
    # The institution's row is the turnstile for rotations.
    institution = await institutions.lock(tx, institution_id, scope_of(actor))
    require_active(institution.state)
    old = (
        await confirmation_codes.select_main(tx, keyring, institution_id)
        if code_id is None
        else await code_in_force(tx, keyring, institution_id, code_id)
    )
    if old is not None:
        await confirmation_codes.update_rotated(tx, old.id, now)
    terms = replace(CodeTerms() if old is None else old.terms, expires_at=expires_at)
    made = await confirmation_codes.insert(tx, keyring, institution_id, actor.id, terms, now)
    audit.record(
        tx,
        "confirmation_code.rotate",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        code_id=str(made.id),
    )
    return made
