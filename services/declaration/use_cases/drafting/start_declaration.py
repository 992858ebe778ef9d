"""Start a declaration: level, category and route of an open exam year (A22, A23, 4.4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, require_submission_window
from services.declaration.domain.declaration import Action, State, restart
from services.declaration.domain.standing_errors import ExemptChannelChosen
from services.declaration.domain.transition_errors import DeclarationExists
from services.declaration.storage import cycles, declarations, known_exempt_people
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.evaluating.supersede_rejected import supersede_rejected
from services.declaration.use_cases.move_declaration import move_declaration
from shared import audit
from shared.actor import Actor
from shared.ids import DeclarationId, PersonId, new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """What the candidate wants to declare for."""

    exam_level: str
    exam_category_code: str
    route: str


async def start_declaration(
    tx: Transaction, cycle_id: UUID, wish: Wish, *, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Declaration:
    """The draft. Raises NotFound, DeclarationWindowClosed, IdentityRequired, IdentityRevoked, BindingRequired,
    BindingFrozen, ExemptChannelChosen, CategoryNotOffered, DeclarationExists."""
    await cycles.lock_shared(tx, cycle_id)
    cycle = await cycles.select_for_candidate(tx, cycle_id, actor.id)
    require_submission_window(cycle, first=True, now=now)
    _, binding = await require_candidate(tx, actor.id)
    if await known_exempt_people.select_has_chosen(tx, actor.id, cycle.year):
        raise ExemptChannelChosen
    catalogue = await catalogues.get(tx, cycle.catalogue_version)
    catalogue.choose(cycle.year, wish.exam_level, wish.route, wish.exam_category_code)
    draft = new_draft(cycle, actor.id, binding, wish, now)
    if not await declarations.insert(tx, draft, "candidate_declaration", actor):
        return await _start_again(tx, draft, actor, now)
    audit.record(
        tx,
        "declaration.create",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        after=State.DRAFT.value,
        cycle_year=cycle.year,
        institution_id=str(draft.institution_id),
    )
    return draft


def new_draft(cycle: Cycle, person_id: UUID, binding: KnownBinding, wish: Wish, now: datetime) -> Declaration:
    """A draft of a person at the bound unit; nothing is stored."""
    return Declaration(
        id=DeclarationId(new_id()),
        number=None,
        person_id=PersonId(person_id),
        cycle_id=cycle.id,
        cycle_year=cycle.year,
        institution_id=binding.institution_id,
        institution_name=binding.institution_name,
        state=State.DRAFT,
        version=1,
        exam_level=wish.exam_level,
        exam_category_code=wish.exam_category_code,
        route=wish.route,
        fresh_graduate=False,
        probation_months=None,
        submission=0,
        catalogue_version=cycle.catalogue_version,
        notice_version=None,
        claimed_by=None,
        claimed_until=None,
        created_at=now,
        updated_at=now,
        submitted_at=None,
        decided_at=None,
    )


async def _start_again(tx: Transaction, draft: Declaration, actor: Actor, now: datetime) -> Declaration:
    """After a rejection a person who bound elsewhere goes on with the same record: one per person and year."""
    existing = await declarations.lock_of_cycle(tx, draft.person_id, draft.cycle_id)
    if existing is None:
        raise DeclarationExists
    target = restart(existing.state, same_institution=existing.institution_id == draft.institution_id)
    again = replace(draft, id=existing.id, number=existing.number, submission=existing.submission, state=target)
    await supersede_rejected(tx, existing.id, actor=actor, now=now)
    await declarations.update_choice(tx, again)
    moved = await move_declaration(
        tx, existing, Action.RESTART, actor=actor, now=now, decision="clear", to_state=target
    )
    return replace(again, version=moved.version, created_at=existing.created_at, submitted_at=existing.submitted_at)
