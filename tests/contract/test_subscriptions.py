"""Every event is heard by somebody, and nobody hears the same event twice."""

import inspect

import pytest

from shared.contracts.event import Event
from tests.contract.golden_events import event_classes
from tests.contract.services import SERVICES, subscriptions

each_service = pytest.mark.parametrize("service", SERVICES)


def heard() -> set[str]:
    """The wire types of all subscriptions of all services."""
    return {subscription.event.TYPE for service in SERVICES for subscription in subscriptions(service)}


@pytest.mark.parametrize("event", event_classes(), ids=lambda event: event.TYPE)
def test_every_event_is_heard_or_external(event: type[Event]) -> None:
    """An event has a subscriber of ours, or says that it is for others: EXTERNAL = True."""
    assert (event.TYPE in heard()) != event.EXTERNAL


@each_service
def test_subscriptions_name_known_events_once(service: str) -> None:
    """A service subscribes to each event at most once, and only to events of the contracts."""
    types = [subscription.event.TYPE for subscription in subscriptions(service)]
    assert len(types) == len(set(types))
    assert set(types) <= {event.TYPE for event in event_classes()}


@each_service
def test_handlers_are_asynchronous_and_named_after_hearing(service: str) -> None:
    """A handler is an async function on_<event> of the service's own consumers package, or of shared code."""
    for subscription in subscriptions(service):
        handler = subscription.handle or subscription.handle_many
        assert inspect.iscoroutinefunction(handler)
        assert handler.__name__.startswith("on_")
        assert handler.__module__.startswith((f"services.{service}.consumers.", "shared."))
