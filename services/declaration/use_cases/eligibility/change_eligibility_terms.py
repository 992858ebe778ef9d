"""Decide the terms of an exam year: secondary diplomas, the cut-off for practice, the text for rural practice (Q8, R27,
R28)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import require_changeable
from services.declaration.domain.eligibility_errors import PracticeCutoffOutside
from services.declaration.domain.eligibility_terms import EligibilityTerms
from services.declaration.storage import cycles, eligibility_terms
from shared import audit
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def change_eligibility_terms(
    tx: Transaction, cycle_id: UUID, terms: EligibilityTerms, *, expected_version: int, actor: Actor, now: datetime
) -> EligibilityTerms:
    """The terms with their new version. Raises NotFound, CycleFinished, StaleVersion, PracticeCutoffOutside."""
    cycle = await cycles.lock(tx, cycle_id)
    require_changeable(cycle)
    before = await eligibility_terms.select(tx, cycle.id)
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=cycle.state.value)
    if terms.practice_cutoff is not None and terms.practice_cutoff.year not in (cycle.year - 1, cycle.year):
        raise PracticeCutoffOutside(year=cycle.year)
    changed = await eligibility_terms.upsert(tx, cycle.id, terms, now)
    audit.record(
        tx,
        "cycle.change_eligibility_terms",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        transitional_secondary_before=before.transitional_secondary,
        transitional_secondary=changed.transitional_secondary,
        practice_cutoff_before=before.cutoff(cycle).isoformat(),
        practice_cutoff=changed.cutoff(cycle).isoformat(),
        terms_version=changed.version,
    )
    return changed
