"""Read the notes of a unit's reviewers; who is the candidate does not (four eyes)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import declarations, staff_notes
from services.declaration.storage.staff_notes import StaffNote
from services.declaration.use_cases.reviewing.reviewable import require_other_person, scope_of
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def read_notes(
    tx: Transaction,
    declaration_id: UUID,
    after: UUID | None,
    limit: int,
    *,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> list[StaffNote]:
    """Oldest first; the look is audited (V64). Raises NotFound, OwnDeclaration."""
    scope = scope_of(actor)
    declaration = await declarations.select_in_institution(tx, declaration_id, scope)
    require_other_person(declaration, actor)
    audit.record(
        tx, "declaration.read_notes", actor=actor, subject_kind="declaration", subject_id=declaration.id, at=now
    )
    return await staff_notes.select_page(tx, keyring, declaration.id, scope, after, limit)
