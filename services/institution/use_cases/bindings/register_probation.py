"""The start of a probation is recorded with the binding, by the person or by the institution (B17)."""

from dataclasses import replace
from datetime import date, datetime

from services.institution.domain.binding import Binding, RecordedBy, next_state
from services.institution.domain.early_registration import require_may_record
from services.institution.use_cases.bindings.move_binding import move_binding
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def register_probation(
    tx: Transaction,
    binding: Binding,
    started_on: date,
    *,
    by: RecordedBy,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Binding:
    """The locked binding with its start. When both sides name the same day the moment of the first record stays: what
    counts is how early it was. Raises StaleVersion, BindingNotActive, StartNotPlausible, RecordedByInstitution."""
    if binding.version != expected_version:
        raise StaleVersion(current=binding.version, state=binding.state)
    next_state(binding.state, "register")
    require_may_record(binding, started_on, by, now.astimezone(SHANGHAI).date())
    first = binding.probation_recorded_at if binding.probation_started_on == started_on else None
    changed = replace(
        binding, probation_started_on=started_on, probation_recorded_at=first or now, probation_recorded_by=by
    )
    return await move_binding(
        tx, binding, "register", actor=actor, now=now, changed=changed, started_on=started_on.isoformat(), by=by
    )
