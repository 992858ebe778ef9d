"""Every event that only has to be told: the rule table says to whom and how."""

from collections.abc import Sequence
from itertools import groupby

from services.notification.dependencies import Dependencies
from services.notification.domain.audience import rule_key
from services.notification.use_cases.notify import notify
from shared.contracts.event import Event
from shared.postgres.transaction import Transaction


async def on_events_to_tell(tx: Transaction, events: Sequence[Event], deps: Dependencies) -> None:
    """Messages and deliveries for a run of events, in a handful of statements."""
    for _, run in groupby(events, key=rule_key):
        await notify(tx, deps.catalogue, list(run))
