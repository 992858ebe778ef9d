"""An earlier unit confirms or refuses its own row electronically; the present unit is told and decides on the whole
(4.5, Q5)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import require_review_window
from services.declaration.domain.prior_row_errors import PriorRowRequestOver, PriorUnitsDoNotConfirm
from services.declaration.domain.prior_rows import RowState
from services.declaration.domain.review_errors import InstitutionNotActive
from services.declaration.storage import (
    asked_rows,
    cycles,
    declarations,
    known_institutions,
    review_policies,
)
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.prior_rows.decide_row import Answer, decide_row, require_open, require_waiting
from services.declaration.use_cases.reviewing.reviewable import require_other_person, scope_of
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import PriorRowAnswered
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def answer_prior_row(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    answer: Answer,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> None:
    """A refusal returns the declaration to the candidate. Raises NotFound for rows this unit was not asked about,
    StaleVersion, OwnDeclaration, InstitutionNotActive, DeclarationNotUnderReview, ReviewDeadlinePassed,
    PriorRowDecided, PriorRowRequestOver, PriorUnitsDoNotConfirm, ReasonRequired, ReasonsIncomplete."""
    unit_id = scope_of(actor)
    await asked_rows.lock_version(tx, declaration_id, period_id, unit_id, expected_version)
    declaration = await declarations.lock(tx, declaration_id)
    require_other_person(declaration, actor)
    require_waiting(declaration)
    require_review_window(await cycles.select_for_unit(tx, declaration.cycle_id, declaration.institution_id), now)
    if not (await review_policies.select(tx, declaration.cycle_id)).prior_units_confirm:
        raise PriorUnitsDoNotConfirm
    name = await _active_unit(tx, unit_id)
    if not (await require_open(tx, declaration.id, period_id)).is_asked(now):
        raise PriorRowRequestOver
    state = RowState.CONFIRMED_BY_PRIOR if answer.result == "confirmed" else RowState.REFUSED
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    decided = await decide_row(
        tx, declaration, period_id, state, answer, keyring=keyring, catalogue=catalogue, actor=actor, now=now
    )
    more = {"institution_name": name, "period_id": period_id, "answer": answer.result}
    outbox.add(tx, PriorRowAnswered(**event_fields(decided, now) | more))


async def _active_unit(tx: Transaction, unit_id: UUID) -> str:
    unit = (await known_institutions.select_many(tx, [unit_id])).get(unit_id)
    if unit is None or unit.state != "active":
        raise InstitutionNotActive
    return unit.name
