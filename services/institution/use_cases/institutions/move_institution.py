"""One step in the life of an institution: new state, new version, audit row and event in one transaction (4.2)."""

from dataclasses import replace
from datetime import datetime

from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import InstitutionEvent, next_state
from services.institution.domain.snapshots import institution_changed
from services.institution.storage import institutions
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
    **facts: Fact,
) -> Institution:
    """Write `changed` (or `before`) with the state that `event` leads to; None keeps the state. The row is locked.

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
    outbox.add(tx, institution_changed(after, now))
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
