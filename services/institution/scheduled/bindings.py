"""Bindings follow institutions, requests expire, disputes with declarations are settled (A25, 4.3)."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.storage import known_declarations
from services.institution.use_cases.bindings import follow_institutions as following
from services.institution.use_cases.bindings.carry_bindings_over import carry_bindings_over
from services.institution.use_cases.bindings.expire_requests import expire_requests
from services.institution.use_cases.bindings.settle_disputes import settle_disputes
from shared.failpoints import failpoint
from shared.postgres.transaction import Transaction
from shared.process.definition import Job
from shared.reconciling import findings

_LATELY: Final = timedelta(days=1)
_EVER: Final = timedelta(days=36_500)


async def settle(deps: Dependencies) -> None:
    """Ends of bindings that a declaration forbids are taken back (A25)."""

    async def run(tx: Transaction, now: datetime) -> int:
        return await settle_disputes(tx, after=deps.settle_after, held_until=deps.binding_held_until, now=now)

    await _until_none_left(deps, run, "dispute.after_commit")


async def follow(deps: Dependencies) -> None:
    """Bindings follow institutions that changed within a day, and go to successors."""
    await _follow(deps, _LATELY)
    await _until_none_left(deps, lambda tx, now: carry_bindings_over(tx, now=now), "binding_move.after_commit")


async def follow_all(deps: Dependencies) -> None:
    """The same for all that ever changed, should the work have rested longer than a day."""
    await _follow(deps, _EVER)


async def expire(deps: Dependencies) -> None:
    """Requests nobody decided on."""
    await _until_none_left(deps, lambda tx, now: expire_requests(tx, limit=deps.request_limit, now=now))


async def note_unsettled(deps: Dependencies) -> None:
    """Declarations that hold a binding which can not be continued are shown to operators (M11)."""
    async with deps.database.transaction() as tx:
        await findings.note(
            tx, "unbound_declaration", "known_declaration", await known_declarations.count_unsettled(tx)
        )


async def _follow(deps: Dependencies, back: timedelta) -> None:
    async def run(tx: Transaction, now: datetime) -> int:
        return await following.follow_institutions(tx, changed_since=now - back, now=now)

    await _until_none_left(deps, run, "binding_follow.after_commit")


async def _until_none_left(
    deps: Dependencies, run: Callable[[Transaction, datetime], Awaitable[int]], point: str = ""
) -> None:
    """Repeat until a batch is empty; a failpoint after each that was not."""
    done = 1
    while done > 0:
        async with deps.database.transaction() as tx:
            done = await run(tx, deps.clock.now())
        if done and point:
            failpoint(point)


JOBS: Final = (
    Job("settle-bindings", timedelta(seconds=2), settle),
    Job("follow-institutions", timedelta(seconds=5), follow),
    Job("follow-all-institutions", timedelta(hours=1), follow_all),
    Job("expire-requests", timedelta(minutes=1), expire),
)

RECONCILERS: Final = (note_unsettled,)
