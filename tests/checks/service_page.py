"""Prints services/<name>/README.md with its generated parts renewed: python -m tests.checks.service_page <name>

A generated part stands between `<!-- <part> -->` and `<!-- end -->`; everything else is written by hand and kept."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.contracts.event import Event
from tests.checks.event_catalogue import heard_by, producer, summary, written_in
from tests.checks.settings_catalogue import own_settings, table
from tests.contract.golden_events import event_classes
from tests.contract.services import SERVICES, routes, subscriptions

ROOT = Path(__file__).resolve().parents[2]
PART = re.compile(r"(?P<open><!-- (?P<name>[a-z]+) -->\n).*?(?P<close><!-- end -->)", re.DOTALL)
CATALOGUE = "../../docs/events.md"


def published(service: str) -> Iterator[str]:
    """A row for every event of this service."""
    yield "| event | made in | taken by |"
    yield "|---|---|---|"
    for event in (one for one in event_classes() if producer(one) == service):
        makers = [f"`{path.removeprefix(f'services/{service}/')}`" for path in written_in(event)]
        takers = [one.service for one in heard_by(event)]
        yield f"| {_link(event)} | {', '.join(makers) or 'nowhere yet'} | {', '.join(takers) or 'others'} |"


def consumed(service: str) -> Iterator[str]:
    """A row for every subscription of this service."""
    yield "| event | handler | for |"
    yield "|---|---|---|"
    for one in subscriptions(service):
        handler = one.handle or one.handle_many
        name = handler.__name__ if handler else ""
        yield f"| {_link(one.event)} | `{name}` | {summary(one.event)} |"


def offered(service: str) -> Iterator[str]:
    """A row for every route of this service."""
    yield "| operation | path | who | what |"
    yield "|---|---|---|---|"
    for route in routes(service):
        who = ", ".join(route.policy.names())
        path = f"`{route.method} /api/{service}{route.path}`"
        yield f"| `{route.operation_id}` | {path} | {who} | {route.summary_zh} / {route.summary_en} |"


def settings(service: str) -> Iterator[str]:
    """The table of the service's own settings."""
    own = own_settings(service)
    yield from table(own, f"{service.upper()}_") if own else ("Nothing of its own.",)


def _link(event: type[Event]) -> str:
    return f"[`{event.TYPE}`]({CATALOGUE}#{event.TYPE.replace('.', '')})"


PARTS: dict[str, Callable[[str], Iterator[str]]] = {
    "published": published,
    "consumed": consumed,
    "routes": offered,
    "settings": settings,
}


def page(service: str) -> str:
    """What the README of a service must hold; raises KeyError for a part nobody knows."""
    current = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")

    def renew(match: re.Match[str]) -> str:
        return match["open"] + "\n".join(PARTS[match["name"]](service)) + "\n" + match["close"]

    return PART.sub(renew, current)


if __name__ == "__main__":
    if sys.argv[1:] not in [[service] for service in SERVICES]:
        sys.exit(f"usage: python -m tests.checks.service_page {' | '.join(SERVICES)}")
    sys.stdout.write(page(sys.argv[1]))
