"""Exports: parts are gathered one after the other, each in its own transaction; files are written outside of
transactions, under a lease (B8). Any number of workers share the work; who is killed loses at most a part, or the
writing of a file."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import structlog

from services.declaration.dependencies import Dependencies
from services.declaration.domain.export import ExportJob
from services.declaration.domain.export_words import TITLES
from services.declaration.scheduled.packets import write_packet
from services.declaration.storage import export_parts, exports
from services.declaration.use_cases.exporting.gather_export import gather_export
from services.declaration.use_cases.exporting.miss_part import miss_part
from services.declaration.use_cases.exporting.sheets import header
from shared.exporting.errors import MakerNotKnownYet
from shared.exporting.sheet import write_sheet
from shared.exporting.steps import fail_export
from shared.exporting.writing import ExportWriter, Written, remove_expired, sign_of_life
from shared.failpoints import failpoint
from shared.process.definition import Job

_PARTS_AT_ONCE: Final = 100
"""Some seconds of work, so that a worker that is told to stop need not be cut off."""
_FILES_AT_ONCE: Final = 10
log = structlog.get_logger()


async def work_exports(deps: Dependencies) -> None:
    """Gather what is asked for, then write what is gathered."""
    for _ in range(_PARTS_AT_ONCE):
        if not await _gather_one(deps):
            break
        failpoint("export.after_part")

    async def compose(job: ExportJob) -> Written:
        return await _packet(deps, job) if job.kind == "packet" else await _sheet(deps, job)

    kept = timedelta(hours=deps.settings.export_hours)
    writer = ExportWriter(deps.database, deps.bucket, deps.clock, exports.EXPORTS, kept, compose)
    for _ in range(_FILES_AT_ONCE):
        if not await writer.write_one():
            return


async def _gather_one(deps: Dependencies) -> bool:
    """Whether there was one to gather. One that can not be read stops no other, and no writing."""
    job: ExportJob | None = None
    try:
        async with deps.database.transaction() as tx:
            if (job := await exports.lock_next(tx, deps.clock.now())) is None:
                return False
            await gather_export(tx, job, keyring=deps.keyring, now=deps.clock.now())
    except MakerNotKnownYet:
        if job is None:
            raise
        log.info("export_put_off", job=str(job.id))
        async with deps.database.transaction() as tx:
            now = deps.clock.now()
            if job.waits_for_maker(now):
                await exports.update_put_off(tx, job, now)
            else:
                await fail_export(tx, exports.EXPORTS, job, "rights_lost", now)
    except Exception as error:
        if job is None:
            raise
        log.error("export_part_failed", job=str(job.id), attempt=job.attempts, exc_info=error)
        async with deps.database.transaction() as tx:
            await miss_part(tx, job, deps.clock.now())
    return True


async def _sheet(deps: Dependencies, job: ExportJob) -> Written:
    async def sign(_: int) -> None:
        await sign_of_life(deps.database, deps.clock, job, job.rows_done)

    return await write_sheet(TITLES[job.kind][job.language != "zh"], header(job), _parts(deps, job), sign)


async def _parts(deps: Dependencies, job: ExportJob) -> AsyncIterator[list[list[str]]]:
    """What was gathered."""
    after = -1
    while True:
        async with deps.database.read() as reader:
            part = await export_parts.select_next(reader, deps.keyring, job.id, after)
        if part is None:
            return
        after = part[0]
        yield part[1]


async def _packet(deps: Dependencies, job: ExportJob) -> Written:
    return await write_packet(deps, job, lambda done: sign_of_life(deps.database, deps.clock, job, done))


async def expire(deps: Dependencies) -> None:
    """Files whose time is over."""
    await remove_expired(deps.database, deps.bucket, deps.clock)


JOBS: Final = (
    Job("work-exports", timedelta(seconds=2), work_exports, everywhere=True),
    Job("expire-exports", timedelta(minutes=10), expire),
)
