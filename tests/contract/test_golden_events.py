"""Released events stay readable: each version has a golden file that today's model must still understand."""

import json
from typing import Any

import pytest

from shared.contracts.event import Event
from tests.contract.golden_events import GOLDEN, event_classes, golden_file

EVENTS = event_classes()
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)


def read(event: type[Event]) -> dict[str, Any]:
    """The golden content of one event."""
    content: dict[str, Any] = json.loads(golden_file(event).read_text(encoding="utf-8"))
    return content


def test_there_are_events_of_every_service() -> None:
    """Each of the four services has its own module of contracts, so the walk below sees all of them."""
    assert {event.__module__.rsplit(".", 1)[-1] for event in EVENTS} >= {"identity", "institution", "declaration"}


def test_wire_types_are_unique_and_versioned() -> None:
    """A wire type names one class, in the form <producer>.<what_happened>.v<number>, of a module of its producer."""
    types = [event.TYPE for event in EVENTS]
    assert len(types) == len(set(types))
    for event in EVENTS:
        producer, _, version = event.TYPE.split(".")
        assert event.__module__.rsplit(".", 1)[-1].split("_")[0] == producer or event.EXTERNAL
        assert version[0] == "v"
        assert int(version[1:]) >= 1


def test_every_golden_file_still_has_its_event() -> None:
    """A version that was ever released keeps its class; removing one would strand messages in the queues."""
    assert {file.stem for file in GOLDEN.glob("*.json")} == {event.TYPE for event in EVENTS}


@each_event
def test_golden_event_survives_a_round_trip(event: type[Event]) -> None:
    """What was released parses today, and what is written today says the same, new optional fields apart."""
    golden = read(event)
    again = event.model_validate_json(json.dumps(golden)).model_dump(mode="json")
    assert {name: again[name] for name in golden} == golden


@each_event
def test_unknown_field_is_ignored(event: type[Event]) -> None:
    """A newer producer may add an optional field; today's consumer reads the rest."""
    golden = read(event)
    newer = event.model_validate_json(json.dumps({**golden, "added_later": {"deep": [1, 2]}}))
    assert newer == event.model_validate_json(json.dumps(golden))


@each_event
def test_missing_required_field_is_refused(event: type[Event]) -> None:
    """The negative control: without the id of its aggregate an event does not parse."""
    golden = read(event)
    del golden[event.AGGREGATE]
    with pytest.raises(ValueError, match=event.AGGREGATE):
        event.model_validate_json(json.dumps(golden))
