"""Files of exports are written outside of transactions, under a lease, by tries. Any number of workers share the work;
who is killed loses the writing of a file, and another one writes it (B8)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

import structlog

from shared.clock import Clock
from shared.errors import NotFound, Unavailable
from shared.exporting import jobs as rows
from shared.exporting.errors import MakerNotKnownYet
from shared.exporting.job import MOST_ATTEMPTS, Export, Failure
from shared.exporting.jobs import ExportJobs
from shared.exporting.steps import EXPIRED_AT_ONCE, expire_exports, fail_export, finish_export
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.objectstore import Bucket, ObjectMissing
from shared.postgres.database import Database

J = TypeVar("J", bound=Export)
_OBJECT_CLASS: Final = "object"
log = structlog.get_logger()

Written = tuple[bytes, int, str]
"""The file, how many rows or files it holds, and how its name ends."""


class Overtaken(Exception):
    """The job is not this writer's any more."""


@dataclass(frozen=True, slots=True)
class ExportWriter(Generic[J]):
    """Writes what a service exports. `compose` makes the file of a claimed job, and raises NotFound when its maker may
    not see it any more, MakerNotKnownYet while that can not be said."""

    database: Database
    bucket: Bucket
    clock: Clock
    jobs: ExportJobs[J]
    kept: timedelta
    compose: Callable[[J], Awaitable[Written]]

    async def write_one(self) -> bool:
        """Whether there was one to write, and its writing ended one way or the other."""
        async with self.database.transaction() as tx:
            job = await self.jobs.lock_for_writing(tx, self.clock.now())
            # The claim itself is counted.
            if job is not None and job.attempts > MOST_ATTEMPTS:
                await fail_export(tx, self.jobs, job, "too_many_tries", self.clock.now())
                return True
        if job is None:
            return False
        failpoint("export.after_claim")
        try:
            await self.write(job)
        except NotFound as error:
            await self._lost(job, error)
        except Overtaken:
            log.info("export_overtaken", job=str(job.id))
        except MakerNotKnownYet:
            log.info("export_put_off", job=str(job.id))
            async with self.database.transaction() as tx:
                now = self.clock.now()
                if job.waits_for_maker(now):
                    await rows.update_put_off(tx, job, now)
                else:
                    await fail_export(tx, self.jobs, job, "rights_lost", now)
        except Unavailable as error:
            log.warning("export_put_back", job=str(job.id), error=type(error).__name__)
            await self._release(job, counts=False)
            return False
        except Exception as error:
            log.error("export_failed", job=str(job.id), attempt=job.attempts, exc_info=error)
            await self._release(job, counts=True)
        return True

    async def write(self, job: J) -> None:
        """Of a claimed one. Raises Overtaken, and what composing and storing raise."""
        data, count, suffix = await self.compose(job)
        # A key of its own for each try: what a slower writer stored is named by nobody, and swept (M11).
        key = f"exports/{job.id}/{new_id()}.{suffix}"
        await self.bucket.put(key, data, _OBJECT_CLASS)
        failpoint("export.after_put")
        async with self.database.transaction() as tx:
            now = self.clock.now()
            if not await finish_export(tx, self.jobs, job, key, data, count, now=now, kept=self.kept):
                raise Overtaken

    async def _lost(self, job: J, error: NotFound) -> None:
        """Its maker may not see it any more, or a file of it is gone: trying again makes nothing better."""
        log.warning("export_without_rights", job=str(job.id), error=type(error).__name__)
        async with self.database.transaction() as tx:
            failure: Failure = "source_lost" if isinstance(error, ObjectMissing) else "rights_lost"
            await fail_export(tx, self.jobs, job, failure, self.clock.now())

    async def _release(self, job: J, *, counts: bool) -> None:
        """Give it back; when even that fails, its lease runs out by itself."""
        try:
            async with self.database.transaction() as tx:
                await rows.update_released(tx, job, self.clock.now(), counts=counts)
        except Unavailable as error:
            log.warning("export_release_failed", job=str(job.id), error=type(error).__name__)


async def sign_of_life(database: Database, clock: Clock, job: Export, done: int) -> None:
    """How far the writing is. Raises Overtaken when somebody else writes it, or it was cancelled."""
    async with database.transaction() as tx:
        if not await rows.update_writing(tx, job, done, clock.now()):
            raise Overtaken


async def remove_expired(database: Database, bucket: Bucket, clock: Clock) -> None:
    """Files whose time is over."""
    while True:
        async with database.transaction() as tx:
            keys = await expire_exports(tx, now=clock.now())
        for key in keys:
            await bucket.delete(key)
        if len(keys) < EXPIRED_AT_ONCE:
            return
