"""Enter a record for a person bound to the own institution: a draft that the person confirms or declines (B3, 4.4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.cycle import require_submission_window
from services.declaration.domain.entry_errors import (
    OwnEntry,
    PersonDeclaresElsewhere,
    PersonNotVerified,
    RecordExists,
)
from services.declaration.storage import cycles, declarations, institution_entries, known_exempt_people
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.use_cases.drafting.keep_content import keep_content
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.drafting.save_content import fill_content
from services.declaration.use_cases.drafting.start_declaration import Wish, new_draft
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.reviewing.reviewable import require_working_unit, scope_of
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.declaration import DeclarationEntered
from shared.errors import Forbidden, NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Record:
    """What an institution knows of one of its people."""

    person_id: UUID
    cycle_id: UUID
    wish: Wish
    content: Content


async def enter_record(
    tx: Transaction, record: Record, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Declaration:
    """The draft, the person's from now on. Raises NotFound for people who are not bound to the institution, OwnEntry,
    InstitutionNotActive, ProfileIncomplete, DeclarationWindowClosed, PersonNotVerified, PersonDeclaresElsewhere,
    CategoryNotOffered, RecordExists, InstitutionNotInLibrary, SupervisorUnknown."""
    unit, wish = scope_of(actor), record.wish
    binding = await _bound_to(tx, record.person_id, unit, actor)
    await require_working_unit(tx, unit)
    await cycles.lock_shared(tx, record.cycle_id)
    cycle = await cycles.select_for_unit(tx, record.cycle_id, unit)
    require_submission_window(cycle, first=True, now=now)
    if await known_exempt_people.select_has_chosen(tx, record.person_id, cycle.year):
        raise PersonDeclaresElsewhere
    catalogue = await catalogues.get(tx, cycle.catalogue_version)
    catalogue.choose(cycle.year, wish.exam_level, wish.route, wish.exam_category_code)
    draft = new_draft(cycle, record.person_id, binding, wish, now)
    if not await declarations.insert(tx, draft, "institution_entry", actor):
        raise RecordExists
    filled = await fill_content(tx, record.content, binding, keyring)
    version = await keep_content(tx, draft.id, filled, before=Content(), keyring=keyring, actor=actor, now=now)
    await institution_entries.insert(tx, keyring, draft.id, unit, filled, actor, now)
    entered = replace(draft, version=version)
    _tell(tx, entered, actor, now)
    return entered


async def _bound_to(reader: Reader, person_id: UUID, unit: UUID, actor: Actor) -> KnownBinding:
    if not await institution_entries.select_is_bound(reader, person_id, unit):
        raise NotFound
    if actor.person_id == person_id:
        raise OwnEntry
    try:
        _, binding = await require_candidate(reader, person_id)
    except Forbidden:
        # What the candidate would be told to do, said to somebody else.
        raise PersonNotVerified from None
    if binding.institution_id != unit:
        raise NotFound
    return binding


def _tell(tx: Transaction, entered: Declaration, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        "declaration.enter",
        actor=actor,
        subject_kind="declaration",
        subject_id=entered.id,
        at=now,
        after=entered.state.value,
        cycle_year=entered.cycle_year,
        institution_id=str(entered.institution_id),
    )
    outbox.add(tx, DeclarationEntered(**event_fields(entered, now)))
