"""The bench of notices ends with 1 for each thing it is there to find."""

from typing import Any

import pytest

from tests.bench.notify.verdict import faults_of, faults_of_announcing, too_short

_GOOD: dict[str, Any] = {
    "control": "",
    "paced": False,
    "lost": 0,
    "doubled": 0,
    "unsettled": 0,
    "worker_faults": [],
    "kills": 6,
    "kills_came": 6,
    "broker_restarts": 2,
    "broker_restarts_came": 2,
    "first_left_after_seconds": 20.0,
    "hand_off_p99_seconds": 60.0,
    "hand_off_p999_seconds": 60.0,
}
_PACED: dict[str, Any] = {
    "paced": True,
    "first_left_after_seconds": None,
    "hand_off_p99_seconds": 5.0,
    "hand_off_p999_seconds": 30.0,
}


@pytest.mark.requirement("G3", "M10")
@pytest.mark.parametrize(
    "changed",
    [
        {"lost": 1},
        {"doubled": 1},
        {"unsettled": 1},
        {"worker_faults": ["worker 0 ended with 1"]},
        {"kills_came": 5},
        {"broker_restarts_came": 1},
        {"first_left_after_seconds": None},
        {"first_left_after_seconds": 300.1},
        _PACED | {"hand_off_p99_seconds": 5.01},
        _PACED | {"hand_off_p999_seconds": 30.01},
    ],
)
def test_each_fault_is_one(changed: dict[str, Any]) -> None:
    """One thing is wrong, and it is said."""
    assert len(faults_of(_GOOD | changed)) == 1


def test_what_is_as_asked_is_no_fault() -> None:
    """With faults the hand-off is not judged, paced no share has to move."""
    assert faults_of(_GOOD) == []
    assert faults_of(_GOOD | _PACED) == []


@pytest.mark.parametrize("control", ["inbox", "absent"])
def test_a_control_is_right_only_when_something_doubled(control: str) -> None:
    """What else went otherwise is no fault of a control; that it found nothing is, and says so, and so is a worker's
    end."""
    ended = {"control": control, "lost": 1, "unsettled": 9, "kills_came": 3, "first_left_after_seconds": None}
    assert faults_of(_GOOD | ended | {"doubled": 2}) == []
    (said,) = faults_of(_GOOD | ended)
    assert control in said
    assert "nothing doubled" in said
    crashed = ended | {"doubled": 2, "worker_faults": ["worker 0 ended with 1"]}
    assert faults_of(_GOOD | crashed) == ["worker 0 ended with 1"]


_ANNOUNCED: dict[str, Any] = {"lost": 0, "doubled": 0, "kills": 6, "kills_came": 6, "worker_faults": []}


@pytest.mark.requirement("P16")
@pytest.mark.parametrize(
    "changed", [{"lost": 1}, {"doubled": 1}, {"kills_came": 5}, {"worker_faults": ["worker 1 ended with 1"]}]
)
def test_announcing_is_judged_by_its_kills_too(changed: dict[str, Any]) -> None:
    """Nobody lost, nobody twice, and every kill that was asked for came."""
    assert faults_of_announcing(_ANNOUNCED) == []
    assert len(faults_of_announcing(_ANNOUNCED | changed)) == 1


def test_a_paced_run_lasts_a_minute() -> None:
    """What would be over sooner is refused, with how many notices are enough; these are."""
    refused = too_short(1500, 170.1)
    assert refused is not None
    assert "--notices 10207" in refused
    assert too_short(10207, 170.1) is None
    assert too_short(6000, 100.0) is None
    assert too_short(5999, 100.0) is not None
