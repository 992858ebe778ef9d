"""One step in the life of an institution: new state, new version, step, audit row and events in one transaction
(4.2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import APPLYING, InstitutionEvent, next_state
from services.institution.domain.snapshots import institution_changed, institution_moved
from services.institution.storage import institution_steps, institutions
from services.institution.storage.institution_steps import InstitutionStep
from shared import audit, outbox
from shared.actor import Actor
from shared.audit import Fact
from shared.postgres.transaction import Transaction


async def move_institution(
    tx: Transaction,
    before: Institution,
    event: InstitutionEvent | None,
    *,
    actor: Actor,
    now: datetime,
    action: str,
    changed: Institution | None = None,
    reason: str | None = None,
    note: str | None = None,
    applicant_id: UUID | None = None,
    **facts: Fact,
) -> Institution:
    """Write `changed` (or `before`) with the state that `event` leads to; None keeps the state. The row is locked.
    `reason` is a code of the catalogue, `note` is for the institution's eyes; neighbours hear of no application.

    Raises the refusal of the transition table."""
    state = before.state if event is None else next_state(before.state, event)
    after = replace(
        changed or before,
        version=before.version + 1,
        state=state,
        updated_at=now,
        state_changed_at=before.state_changed_at if state == before.state else now,
    )
    await institutions.update(tx, after)
    await _tell(tx, before, after, event, actor, (reason, note), applicant_id, now)
    audit.record(
        tx,
        action,
        actor=actor,
        subject_kind="institution",
        subject_id=after.id,
        at=now,
        before=before.state,
        after=after.state,
        reason=reason,
        **facts,
    )
    return after


async def _tell(
    tx: Transaction,
    before: Institution,
    after: Institution,
    event: InstitutionEvent | None,
    actor: Actor,
    why: tuple[str | None, str | None],
    applicant_id: UUID | None,
    now: datetime,
) -> None:
    if after.state not in APPLYING:
        outbox.add(tx, institution_changed(after, now))
    if event is not None:
        step = InstitutionStep(after.version, event, before.state, after.state, actor.role, *why, now)
        await institution_steps.insert(tx, after.id, step)
        if (moved := institution_moved(after, event, why[0], applicant_id, now)) is not None:
            outbox.add(tx, moved)
