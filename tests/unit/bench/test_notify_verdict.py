"""The bench of notices ends with 1 for each thing it is there to find."""

from typing import Any

import pytest

from tests.bench.notify.verdict import faults_of

_GOOD: dict[str, Any] = {
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
