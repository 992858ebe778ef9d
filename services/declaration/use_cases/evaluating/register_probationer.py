"""A unit registers somebody whose probation begins, long before there is a declaration (4.6, B17)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.declaration.domain.evaluation_errors import CannotEvaluateOneself, ProbationUnderWay
from services.declaration.domain.evaluation_start import check_guides, check_start, full_after
from services.declaration.storage import evaluations_begun, known_bindings, known_supervisors, risk_tasks
from services.declaration.storage.evaluations_begun import Registered, Registration
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.use_cases.reviewing.reviewable import require_working_unit, scope_of
from shared import audit
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import ProbationRegistered
from shared.errors import NotFound
from shared.ids import EvaluationId, PersonId, new_id
from shared.outbox import add
from shared.postgres.transaction import Transaction


async def register_probationer(
    tx: Transaction, person_id: UUID, started_on: date, supervisor_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> Registered:
    """The evaluation record under way; registering again corrects it until a declaration takes it over.

    Raises NotFound for who is not bound to the unit, CannotEvaluateOneself, InstitutionNotActive, ProfileIncomplete,
    ProbationStartNotPlausible, SupervisorsNotValid, ProbationUnderWay.
    """
    unit_id = scope_of(actor)
    binding = await known_bindings.select_open(tx, person_id)
    if binding is None or binding.institution_id != unit_id:
        raise NotFound
    if actor.person_id == person_id:
        raise CannotEvaluateOneself
    await require_working_unit(tx, unit_id)
    check_start(started_on, now.astimezone(SHANGHAI).date())
    known = await known_supervisors.select_many(tx, supervisor_ids)
    check_guides(supervisor_ids, {one: supervisor.facts for one, supervisor in known.items()}, unit_id)
    if await evaluations_begun.select_is_under_way(tx, person_id, unit_id):
        raise ProbationUnderWay
    registration = Registration(person_id, unit_id, started_on, full_after(started_on), supervisor_ids)
    registered = await evaluations_begun.upsert_registered(tx, new_id(), registration, actor.id, now)
    await risk_tasks.insert_of_person(tx, person_id, now)
    _tell(tx, registered, registration, binding, actor, now)
    return registered


def _tell(
    tx: Transaction,
    registered: Registered,
    registration: Registration,
    binding: KnownBinding,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        tx,
        "evaluation.register",
        actor=actor,
        subject_kind="evaluation",
        subject_id=registered.id,
        at=now,
        after=registered.state.value,
        started_on=registration.started_on.isoformat(),
        supervisors=[str(one) for one in registration.supervisor_ids],
    )
    add(
        tx,
        ProbationRegistered(
            occurred_at=now,
            aggregate_version=registered.version,
            evaluation_id=EvaluationId(registered.id),
            person_id=PersonId(registration.person_id),
            institution_id=binding.institution_id,
            institution_name=binding.institution_name,
            started_on=registration.started_on,
        ),
    )
