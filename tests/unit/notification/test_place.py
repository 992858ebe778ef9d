"""Every event that is told has a place in the inbox."""

from typing import Any, get_args

import pytest

from services.notification.consumers.on_events_to_tell import on_events_to_tell
from services.notification.consumers.subscriptions import SUBSCRIPTIONS
from services.notification.domain.place import CATEGORIES, CATEGORY_WORDS, Link, LinkKind, Place, place_of
from shared.contracts.declaration import (
    DeclarationApproved,
    PriorRowRequested,
    PriorRowUnanswered,
    ReviewsWaiting,
)
from shared.contracts.event import Event
from shared.contracts.identity import NewDeviceSeen
from shared.contracts.institution import BindingChanged
from shared.ids import new_id

TOLD = [one.event for one in SUBSCRIPTIONS if one.handle_many is not None and one.handle_many is on_events_to_tell]


def about_something(kind: type[Event]) -> Any:
    """An event of a kind with every id set, and nothing else."""
    ids: dict[str, Any] = {name: new_id() for name in kind.model_fields if name.endswith("_id")}
    return kind.model_construct(**ids)


@pytest.mark.parametrize("kind", TOLD, ids=lambda one: one.TYPE)
def test_every_told_event_has_a_category_and_something_to_open(kind: type[Event]) -> None:
    """No event falls into the rest, and each opens a thing by an id that the event itself names."""
    event = about_something(kind)
    place = place_of(event)
    assert place.category in CATEGORIES
    assert place.category != "other"
    assert place.link is not None
    assert place.link.kind in get_args(LinkKind)
    ids = {getattr(event, name) for name in kind.model_fields if name.endswith("_id") and name != "event_id"}
    assert place.link.id in ids


def test_places_differ_by_what_is_told() -> None:
    """An approval opens the declaration, a request to an earlier unit its own row, a reminder what waits; exam
    bodies may not open rows, and open the unit that does not answer."""
    approved = about_something(DeclarationApproved)
    assert (place_of(approved).category, place_of(approved).link) == ("declaration", link("declaration", approved))
    asked = about_something(PriorRowRequested)
    assert place_of(asked).link == Link("prior_row", asked.period_id, asked.declaration_id)
    silent = about_something(PriorRowUnanswered)
    assert place_of(silent) == Place("deadlines", Link("prior_row", silent.period_id, silent.declaration_id))
    body = place_of(silent, for_exam_body=True)
    assert body == Place("deadlines", Link("institution", silent.institution_id, silent.declaration_id))
    assert place_of(approved, for_exam_body=True) == place_of(approved)
    waiting = about_something(ReviewsWaiting)
    assert (place_of(waiting).category, place_of(waiting).link) == (
        "deadlines",
        link("waiting_reviews", waiting, "institution_id"),
    )
    assert place_of(about_something(BindingChanged)).category == "binding"
    assert place_of(about_something(NewDeviceSeen)).category == "account"


def test_an_event_of_an_unknown_producer_falls_into_the_rest() -> None:
    """Nothing is lost for want of a place."""

    class Elsewhere(Event):
        TYPE = "elsewhere.happened.v1"
        AGGREGATE = "event_id"

    place = place_of(about_something(Elsewhere))
    assert (place.category, place.link) == ("other", None)


def test_every_category_has_words_in_both_languages() -> None:
    """Clients show them as they come."""
    assert tuple(CATEGORY_WORDS) == CATEGORIES
    assert all(zh and en and zh != en for zh, en in CATEGORY_WORDS.values())


def link(kind: Any, event: Any, field: str = "declaration_id") -> Any:
    """A link to what a field of an event names."""
    return Link(kind, getattr(event, field))
