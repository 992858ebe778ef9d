"""Tell the next slice of those whom a change of dates concerns (P16).

Its events and that it was told are one commit: after a crash another worker tells it, and nobody hears twice. While it
is locked no date of the year can move, so what it says holds when it is said."""

from dataclasses import dataclass
from datetime import datetime

from services.declaration.domain.announcement import Announcement, Slice, Stage
from services.declaration.domain.cycle import CycleDates
from services.declaration.domain.told_dates import Moves, Recipient
from services.declaration.storage import announcement_recipients, announcement_slices, announcements, cycles
from shared import outbox
from shared.contracts.declaration import CycleDatesAnnounced, CycleMoments
from shared.failpoints import failpoint
from shared.ids import CycleId, ExamBodyId, InstitutionId, PersonId
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SliceTold:
    """How many were looked at, and how many of them were told."""

    done: int
    told: int


async def tell_slice(tx: Transaction, *, now: datetime) -> SliceTold | None:
    """None when every slice is told, held, or in another worker's hands."""
    if (part := await announcement_slices.lock_next(tx)) is None:
        return None
    one = await announcements.select(tx, part.announcement_id)
    recipients = await announcement_recipients.select_recipients(tx, one, part)
    cycle = await cycles.select(tx, one.cycle_id)
    changes = await announcements.select_of_cycle(tx, one.cycle_id)
    moves = Moves(changes, await announcement_slices.select_told(tx, one.cycle_id, part), cycle.dates)
    news = [(to, dates) for to in recipients if (dates := moves.news(one, to)) is not None]
    for to, dates in news:
        outbox.add(tx, _event(one, part, to, dates, now))
    failpoint("announcement.before_progress")
    result = SliceTold(len(recipients), len(news))
    await announcement_slices.update_told(tx, part, moves.newest, result.done, result.told, now)
    return result


def _event(
    one: Announcement, part: Slice, to: Recipient, dates: tuple[CycleDates, CycleDates], now: datetime
) -> CycleDatesAnnounced:
    before, after = (CycleMoments.model_validate(each, from_attributes=True) for each in dates)
    body = one.exam_body_id
    return CycleDatesAnnounced(
        occurred_at=now,
        aggregate_version=one.dates_version,
        recipient_id=to.id,
        announcement_id=one.id,
        cycle_id=CycleId(one.cycle_id),
        cycle_year=one.cycle_year,
        exam_body_id=None if body is None else ExamBodyId(body),
        person_id=PersonId(to.id) if part.stage is Stage.CANDIDATES else None,
        institution_id=InstitutionId(to.id) if part.stage is Stage.UNITS else None,
        filing_body_id=ExamBodyId(to.id) if part.stage is Stage.BODIES else None,
        before=before,
        after=after,
    )
