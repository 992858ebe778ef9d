"""The job that tells moved dates: which command leads where, and how recipients are cut into slices (P16)."""

import re
from dataclasses import replace
from uuid import UUID

import pytest

from services.declaration.domain.announcement import (
    OVER,
    Announcement,
    AnnouncementState,
    Command,
    Slice,
    Stage,
    sliced,
)
from services.declaration.domain.announcement_errors import (
    AnnouncementNotPaused,
    AnnouncementOver,
    AnnouncementPaused,
)
from shared.errors import Conflict
from tests.unit.declaration.test_told_dates import announcement, number

STATES = AnnouncementState
WHERE: dict[tuple[AnnouncementState, Command], AnnouncementState | type[Conflict]] = {
    (STATES.ANNOUNCED, "pause"): STATES.PAUSED,
    (STATES.ANNOUNCED, "resume"): AnnouncementNotPaused,
    (STATES.ANNOUNCED, "cancel"): STATES.CANCELLED,
    (STATES.RUNNING, "pause"): STATES.PAUSED,
    (STATES.RUNNING, "resume"): AnnouncementNotPaused,
    (STATES.RUNNING, "cancel"): STATES.CANCELLED,
    (STATES.PAUSED, "pause"): AnnouncementPaused,
    (STATES.PAUSED, "resume"): STATES.RUNNING,
    (STATES.PAUSED, "cancel"): STATES.CANCELLED,
    (STATES.CANCELLED, "pause"): AnnouncementOver,
    (STATES.CANCELLED, "resume"): AnnouncementOver,
    (STATES.CANCELLED, "cancel"): AnnouncementOver,
    (STATES.SUPERSEDED, "pause"): AnnouncementOver,
    (STATES.SUPERSEDED, "resume"): AnnouncementOver,
    (STATES.SUPERSEDED, "cancel"): AnnouncementOver,
    (STATES.FINISHED, "pause"): AnnouncementOver,
    (STATES.FINISHED, "resume"): AnnouncementOver,
    (STATES.FINISHED, "cancel"): AnnouncementOver,
}


def in_state(state: AnnouncementState, *, started: bool = True) -> Announcement:
    """An announcement of the zone's."""
    one = announcement(1)
    return replace(one, state=state, started_at=one.made_at if started else None)


@pytest.mark.requirement("P16")
@pytest.mark.parametrize(("state", "command"), list(WHERE))
def test_every_command_in_every_state(state: AnnouncementState, command: Command) -> None:
    """As the table says, and a refusal says what to do next in both languages."""
    wanted = WHERE[state, command]
    if isinstance(wanted, AnnouncementState):
        assert in_state(state).after_command(command) is wanted
        return
    with pytest.raises(wanted) as refused:
        in_state(state).after_command(command)
    assert all(len(refused.value.sentence(language)) > 10 for language in ("zh", "en"))
    assert not re.search("[A-Za-z]", refused.value.sentence("zh"))


def test_the_table_is_whole() -> None:
    """Every state, every command."""
    assert len(WHERE) == len(STATES) * 3
    assert {state for (state, _), wanted in WHERE.items() if wanted is AnnouncementOver} == OVER


def test_what_was_paused_before_it_was_counted_is_counted_afterwards() -> None:
    """Resuming leads back to where the pause began."""
    assert in_state(STATES.PAUSED, started=False).after_command("resume") is STATES.ANNOUNCED


def test_slices_have_no_gap_and_no_end() -> None:
    """Each begins where the last one ended; the first from where the telling goes on, the last without a border."""
    one = UUID(int=1)
    counted = [(number(10), 3), (number(20), 3), (number(25), 1)]
    cut = list(sliced(one, Stage.UNITS, number(5), counted, 7))
    assert cut == [
        Slice(one, 7, Stage.UNITS, number(5), number(10), 3),
        Slice(one, 8, Stage.UNITS, number(10), number(20), 3),
        Slice(one, 9, Stage.UNITS, number(20), None, 1),
    ]
    assert list(sliced(one, Stage.UNITS, None, [], 1)) == []
