"""Owner or business admin replaces the confirmation code; existing bindings stay (A21, 4.3)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem, Invalid
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


class ExpiryInPast(Invalid):
    """A code that has expired already helps nobody."""

    code = "expiry_in_past"
    message_zh = "有效期须晚于当前时间，请重新选择。"
    message_en = "The expiry must lie in the future; choose another time."


async def rotate_confirmation_code(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    expires_at: datetime | None,
    *,
    actor: Actor,
    now: datetime,
) -> ConfirmationCode:
    """A fresh code in force from now on. Raises NotFound, InstitutionNotActive, ExpiryInPast."""
    if expires_at is not None and expires_at <= now:
        text = (ExpiryInPast.message_zh, ExpiryInPast.message_en)
        raise ExpiryInPast(problems=[FieldProblem("/expires_at", ExpiryInPast.code, *text)])
    # The institution's row is the turnstile for rotations.
    institution = await institutions.lock(tx, institution_id, scope_of(actor))
    require_active(institution.state)
    await confirmation_codes.update_rotated(tx, institution_id, now)
    made = await confirmation_codes.insert(tx, keyring, institution_id, actor.id, expires_at, now)
    audit.record(
        tx, "confirmation_code.rotate", actor=actor, subject_kind="institution", subject_id=institution_id, at=now
    )
    return made
