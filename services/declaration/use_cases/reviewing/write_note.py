"""A reviewer writes a note for colleagues of the unit; the candidate never sees it."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import declarations, staff_notes
from services.declaration.storage.staff_notes import StaffNote
from services.declaration.use_cases.reviewing.reviewable import require_other_person, scope_of
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def write_note(
    tx: Transaction, declaration_id: UUID, text: str, *, keyring: Keyring, actor: Actor, now: datetime
) -> StaffNote:
    """Whatever the state of the declaration. Raises NotFound, OwnDeclaration."""
    scope = scope_of(actor)
    declaration = await declarations.select_in_institution(tx, declaration_id, scope)
    require_other_person(declaration, actor)
    note = StaffNote(new_id(), actor.id, text, now)
    await staff_notes.insert(tx, keyring, declaration.id, scope, note)
    audit.record(
        tx,
        "declaration.write_note",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        note_id=str(note.id),
    )
    return note
