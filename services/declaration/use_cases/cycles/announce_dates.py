"""Order that moved dates are told, and tell the next batch of those whom they concern (P16).

A batch's events and how far it came are one commit: after a crash the next batch begins where the last one ended, so
that everybody hears of a change once."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.announcement import Announcement, Recipient, Stage, held_by
from services.declaration.domain.cycle import Cycle, CycleDates, CycleState
from services.declaration.storage import announcements
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import CycleDatesAnnounced, CycleMoments
from shared.failpoints import failpoint
from shared.ids import CycleId, ExamBodyId, InstitutionId, PersonId, new_id
from shared.postgres.transaction import Transaction

BATCH = 500


async def order_announcement(
    tx: Transaction,
    cycle: Cycle,
    before: CycleDates,
    after: CycleDates,
    *,
    version: int,
    exam_body_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> UUID | None:
    """The id under which the change is told; None where no date moved, or the year was not opened yet."""
    if before == after or cycle.state is CycleState.PLANNED:
        return None
    announcement_id = new_id()
    await announcements.insert(tx, announcement_id, cycle.id, exam_body_id, version, (before, after), actor.id, now)
    return announcement_id


async def announce_dates(tx: Transaction, *, now: datetime, batch: int = BATCH) -> bool:
    """Tell the next batch; whether there was anything left to do."""
    if (running := await announcements.lock_running(tx)) is None:
        return False
    total = await announcements.count_recipients(tx, running) if running.total is None else running.total
    recipients = await announcements.select_recipients(tx, running, batch)
    told = sum(_told(tx, running, one, now) for one in recipients)
    failpoint("announcement.before_progress")
    over = len(recipients) < batch
    progress = replace(
        running,
        stage=running.stage.next if over else running.stage,
        told_up_to=None if over else recipients[-1].id,
        total=total,
        done=running.done + len(recipients),
        told=running.told + told,
    )
    await announcements.update(tx, progress, now)
    return True


def _told(tx: Transaction, announcement: Announcement, recipient: Recipient, now: datetime) -> bool:
    if (dates := held_by(announcement, recipient)) is None:
        return False
    before, after = (CycleMoments.model_validate(one, from_attributes=True) for one in dates)
    stage, body = announcement.stage, announcement.exam_body_id
    outbox.add(
        tx,
        CycleDatesAnnounced(
            occurred_at=now,
            aggregate_version=announcement.version,
            recipient_id=recipient.id,
            announcement_id=announcement.id,
            cycle_id=CycleId(announcement.cycle_id),
            cycle_year=announcement.cycle_year,
            exam_body_id=None if body is None else ExamBodyId(body),
            person_id=PersonId(recipient.id) if stage is Stage.CANDIDATES else None,
            institution_id=InstitutionId(recipient.id) if stage is Stage.UNITS else None,
            filing_body_id=ExamBodyId(recipient.id) if stage is Stage.BODIES else None,
            before=before,
            after=after,
        ),
    )
    return True
