"""Telling everybody concerned that dates moved (P16): a job with a state, cut into slices of recipients."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.announcement_errors import (
    AnnouncementNotPaused,
    AnnouncementOver,
    AnnouncementPaused,
)
from services.declaration.domain.cycle import CycleDates, SiteDates


class Stage(StrEnum):
    """Who is told: first those who have to act."""

    CANDIDATES = "candidates"
    UNITS = "units"
    BODIES = "bodies"


class AnnouncementState(StrEnum):
    """Announced until the recipients are counted, then running; a newer change of the same dates supersedes."""

    ANNOUNCED = "announced"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    FINISHED = "finished"


STATE_ZH: Final[Mapping[AnnouncementState, str]] = MappingProxyType(
    {
        AnnouncementState.ANNOUNCED: "待发送",
        AnnouncementState.RUNNING: "发送中",
        AnnouncementState.PAUSED: "已暂停",
        AnnouncementState.CANCELLED: "已取消",
        AnnouncementState.SUPERSEDED: "已被新的安排取代",
        AnnouncementState.FINISHED: "已发送完毕",
    }
)
Command = Literal["pause", "resume", "cancel"]
SLICE: Final = 100
"""Recipients of one commit, and the most that stand in front of another event at once, beside the burst of the pace."""
OVER: Final = frozenset({AnnouncementState.CANCELLED, AnnouncementState.SUPERSEDED, AnnouncementState.FINISHED})


@dataclass(frozen=True, slots=True)
class Announcement:
    """One change of dates on its way. `exam_body_id` is the site that moved its own dates, None where the zone did;
    `before` and `after` are what held for its units, `site_before` and `site_after` what the site itself had set.
    `dates_version` is the cycle's, or that of what the site has set. `total` is counted when the telling begins; `done`
    of them were looked at, `told` those for whom something changed; `stage` is who is told now."""

    id: UUID
    version: int
    cycle_id: UUID
    cycle_year: int
    exam_body_id: UUID | None
    dates_version: int
    before: CycleDates
    after: CycleDates
    site_before: SiteDates | None
    site_after: SiteDates | None
    made_at: datetime
    state: AnnouncementState
    stage: Stage | None
    total: int | None
    done: int
    told: int
    started_at: datetime | None
    finished_at: datetime | None
    superseded_by: UUID | None
    reason: str | None

    def after_command(self, command: Command) -> AnnouncementState:
        """Where a command leads. Raises AnnouncementOver, AnnouncementPaused, AnnouncementNotPaused."""
        if self.state in OVER:
            raise AnnouncementOver(state=self.state.value, state_zh=STATE_ZH[self.state])
        if command == "cancel":
            return AnnouncementState.CANCELLED
        if command == "pause":
            if self.state is AnnouncementState.PAUSED:
                raise AnnouncementPaused
            return AnnouncementState.PAUSED
        if self.state is not AnnouncementState.PAUSED:
            raise AnnouncementNotPaused(state=self.state.value, state_zh=STATE_ZH[self.state])
        return AnnouncementState.RUNNING if self.started_at else AnnouncementState.ANNOUNCED


@dataclass(frozen=True, slots=True)
class Slice:
    """The recipients of one stage whose ids lie after `after_id` and up to `up_to_id`, None being no border; `people`
    of them were counted."""

    announcement_id: UUID
    place: int
    stage: Stage
    after_id: UUID | None
    up_to_id: UUID | None
    people: int


def sliced(
    announcement_id: UUID, stage: Stage, begin: UUID | None, counted: Sequence[tuple[UUID, int]], first: int
) -> Iterator[Slice]:
    """Slices without a gap from the (last id, number) of each; the last has no upper border, so that whoever comes to
    be concerned while the others are told is told as well."""
    after = begin
    for number, (last, people) in enumerate(counted, 1):
        up_to = None if number == len(counted) else last
        yield Slice(announcement_id, first + number - 1, stage, after, up_to, people)
        after = up_to
