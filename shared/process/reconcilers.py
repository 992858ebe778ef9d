"""The reconcilers of every service as scheduled work, and all of them at once for an operator (M11)."""

import json
import sys
from datetime import timedelta
from functools import partial
from typing import Any

from shared.process.definition import Foundation, Job, ServiceDefinition
from shared.reconciling import findings
from shared.reconciling.listing import list_sets
from shared.reconciling.objects import Sweep
from shared.reconciling.unsent import look_at_unsent
from shared.settings import ReconcilingSettings, ServiceSettings

_FINDINGS_EVERY = timedelta(seconds=15)


def foundation_reconcilers(service: ServiceDefinition, settings: ServiceSettings) -> tuple[Job, ...]:
    """What every service looks at; each is given the Foundation."""
    pace = settings.reconciling
    every, recent = timedelta(seconds=pace.every), timedelta(hours=pace.recent_hours)
    kept = timedelta(days=settings.messages.outbox_days)
    jobs = [
        Job("expose-findings", _FINDINGS_EVERY, _expose, everywhere=True),
        Job("look-at-unsent", every, partial(_unsent, pace)),
    ]
    if service.sets.listed is not None:
        jobs.append(Job("list-sets", every, partial(_list, service, pace, recent)))
        jobs.append(Job("list-kept-sets", timedelta(seconds=pace.kept_every), partial(_list, service, pace, kept)))
    if service.register.objects():
        jobs.append(Job("sweep-objects", every, partial(_sweep, service, pace)))
    return tuple(jobs)


def service_reconcilers(service: ServiceDefinition, settings: ServiceSettings) -> tuple[Job, ...]:
    """The service's own, at the same pace; each is given the Dependencies."""
    every = timedelta(seconds=settings.reconciling.every)
    return tuple(Job(run.__name__.replace("_", "-"), every, run) for run in service.reconcilers)


async def reconcile_now(service: ServiceDefinition, foundation: Foundation, deps: Any) -> int:
    """Look at everything once, all pages; print what was found so far. What is asked of other services comes after."""
    settings = foundation.settings
    for job in foundation_reconcilers(service, settings):
        if job.name not in ("list-sets", "sweep-objects"):
            await job.run(foundation)
    if service.register.objects():
        await _sweep_of(service, foundation, settings.reconciling).run_whole(foundation.clock.now())
    for own in service.reconcilers:
        await own(deps)
    async with foundation.database.read() as reader:
        sys.stdout.write(json.dumps({"findings": await findings.select_counts(reader)}) + "\n")
    return 0


async def _expose(foundation: Foundation) -> None:
    await findings.expose(foundation.database)


async def _unsent(pace: ReconcilingSettings, foundation: Foundation) -> None:
    async with foundation.database.transaction() as tx:
        await look_at_unsent(tx, pace.stuck_after)


async def _list(service: ServiceDefinition, pace: ReconcilingSettings, back: timedelta, foundation: Foundation) -> None:
    if (listed := service.sets.listed) is None:
        return
    async with foundation.database.transaction() as tx:
        await list_sets(
            tx,
            listed,
            service.sets.snapshots,
            back=back,
            grace=timedelta(seconds=pace.grace),
            occurred_at=foundation.clock.now(),
        )


async def _sweep(service: ServiceDefinition, pace: ReconcilingSettings, foundation: Foundation) -> None:
    await _sweep_of(service, foundation, pace).run_page(foundation.clock.now())


def _sweep_of(service: ServiceDefinition, foundation: Foundation, pace: ReconcilingSettings) -> Sweep:
    grace = timedelta(hours=pace.object_grace_hours)
    return Sweep(foundation.database, foundation.bucket, service.register, grace)
