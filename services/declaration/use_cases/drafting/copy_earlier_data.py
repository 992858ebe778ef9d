"""Copy education and periods of the person's last submission of an earlier year into an empty draft (P11, C10)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.declaration import require_editable
from services.declaration.domain.earlier_declaration import CarriedOver, carried_over
from services.declaration.domain.earlier_errors import DraftNotEmpty, NoEarlierDeclaration
from services.declaration.domain.sections import FIELDS, is_empty
from services.declaration.storage import (
    contents,
    declarations,
    earlier_submissions,
    known_institutions,
    known_supervisors,
)
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.drafting.keep_content import keep_content
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.drafting.save_content import fill_content
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Copied:
    """The draft's new version, the year the data came from, and what was left out or changed on the way."""

    version: int
    from_year: int
    left_out: list[FieldProblem]


async def copy_earlier_data(
    tx: Transaction, declaration_id: UUID, *, expected_version: int, keyring: Keyring, actor: Actor, now: datetime
) -> Copied:
    """Raises NotFound, StaleVersion, DeclarationNotEditable, DraftNotEmpty, NoEarlierDeclaration, IdentityRequired,
    BindingRequired, BindingFrozen."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, expected_version)
    require_editable(draft.state)
    before = await contents.select(tx, keyring, draft.id)
    if not all(is_empty(before, section) for section in FIELDS):
        raise DraftNotEmpty
    _, binding = await require_candidate(tx, actor.id)
    if (earlier := await earlier_submissions.select(tx, actor.id, draft.cycle_year)) is None:
        raise NoEarlierDeclaration
    handed_in = open_handed_in(keyring, earlier.declaration_id, earlier.submission, earlier.content)
    carried = await _carried(tx, handed_in.content, binding.institution_id)
    filled = await fill_content(tx, carried.content, binding, keyring)
    version = await keep_content(tx, draft.id, filled, before=before, keyring=keyring, actor=actor, now=now)
    audit.record(
        tx,
        "declaration.copy_earlier_data",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        from_declaration=str(earlier.declaration_id),
        from_year=earlier.cycle_year,
    )
    return Copied(version, earlier.cycle_year, carried.left_out)


async def _carried(reader: Reader, content: Content, unit_id: UUID) -> CarriedOver:
    places = [one.institution_id for one in content.periods if one.institution_id is not None]
    library = await known_institutions.select_many(reader, places)
    rosters = await known_supervisors.select_many(reader, content.supervisor_ids)
    active = {one for one, known in rosters.items() if known.facts.active}
    return carried_over(content, unit_id, library.keys(), active)
