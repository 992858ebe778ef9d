"""What one service tells and keeps, and the subscriptions by which services compare themselves (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.reconciling import SetDiffers, SetsListed
from shared.messaging.subscription import Handler, Subscription
from shared.postgres.transaction import Transaction
from shared.reconciling.comparing import compare_sets
from shared.reconciling.listing import list_evenly
from shared.reconciling.resending import asked_by, send_events_again, snapshot_of, tell_things_again
from shared.reconciling.sets import Projection, Snapshot


@dataclass(frozen=True, slots=True)
class ServiceSets:
    """One service's part. `listed` is None for a service that tells nothing; `lists` are those it compares itself
    with, `askers` whose requests it answers."""

    service: str
    differs: type[SetDiffers]
    lists: tuple[type[SetsListed], ...]
    listed: type[SetsListed] | None = None
    askers: tuple[type[SetDiffers], ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    projections: tuple[Projection, ...] = ()

    def subscriptions(self, heard: Sequence[Subscription]) -> tuple[Subscription, ...]:
        """`heard`, and what keeps it whole."""
        types = [one.event.TYPE for one in heard]
        comparing, answering = self._comparing(types), self._answering()
        return (
            *heard,
            *(Subscription(listed, comparing) for listed in self.lists),
            *(Subscription(asker, answering) for asker in self.askers),
        )

    def _comparing(self, types: Sequence[str]) -> Handler:
        projections = {one.event.TYPE: one for one in self.projections}

        async def on_sets_listed(tx: Transaction, event: SetsListed, _deps: Any) -> None:
            await compare_sets(tx, self.service, self.differs, types, projections, event)

        return on_sets_listed

    def _answering(self) -> Handler:
        async def on_set_differs(tx: Transaction, event: SetDiffers, deps: Any) -> None:
            if event.producer != self.service:
                return
            snapshot = snapshot_of(self.snapshots, event.event_type)
            if event.known is None and self.listed is not None:
                await list_evenly(tx, self.listed, event, snapshot, deps.clock.now())
            elif event.side == "events":
                await send_events_again(tx, asked_by(event), event)
            elif snapshot is not None:
                await tell_things_again(tx, asked_by(event), event, snapshot, deps.keyring, deps.clock.now())

        return on_set_differs
