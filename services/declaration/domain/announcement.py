"""Telling everybody concerned that dates moved (P16): whom, in which order, and what holds for each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.declaration.domain.cycle import CycleDates, SiteDates


class Stage(StrEnum):
    """Who is told now: first those who have to act."""

    CANDIDATES = "candidates"
    UNITS = "units"
    BODIES = "bodies"
    FINISHED = "finished"

    @property
    def next(self) -> "Stage":
        """What follows when nobody of this stage is left."""
        line = list(Stage)
        return line[min(line.index(self) + 1, len(line) - 1)]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One change of dates on its way. `exam_body_id` is the site that moved its own dates, None where the zone did;
    `version` the cycle's, or that of what the site has set. `total` is counted when the telling begins; `done` of
    them were looked at, `told` those for whom something changed."""

    id: UUID
    cycle_id: UUID
    cycle_year: int
    exam_body_id: UUID | None
    version: int
    before: CycleDates
    after: CycleDates
    made_at: datetime
    stage: Stage
    told_up_to: UUID | None
    total: int | None
    done: int
    told: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, an institution or an exam body, with what its site has set."""

    id: UUID
    site: SiteDates


def held_by(announcement: Announcement, recipient: Recipient) -> tuple[CycleDates, CycleDates] | None:
    """The dates that held for a recipient and those that hold now; None where its site's own dates leave them equal."""
    if announcement.exam_body_id is not None:
        return announcement.before, announcement.after
    before, after = recipient.site.over(announcement.before), recipient.site.over(announcement.after)
    return None if before == after else (before, after)
