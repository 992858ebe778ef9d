"""Exports: parts are gathered one after the other, each in its own transaction; files are written outside of
transactions, under a lease (B8). Any number of workers share the work; who is killed loses at most a part, or the
writing of a file."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from services.declaration.dependencies import Dependencies
from services.declaration.domain.export import ExportJob
from services.declaration.domain.export_words import TITLES
from services.declaration.scheduled.packets import write_packet
from services.declaration.storage import export_parts, exports
from services.declaration.use_cases.exporting.expire_exports import BATCH, expire_exports
from services.declaration.use_cases.exporting.finish_export import finish_export
from services.declaration.use_cases.exporting.gather_export import fail_export, gather_export
from services.declaration.use_cases.exporting.miss_part import miss_part
from services.declaration.use_cases.exporting.sheets import header
from shared.errors import NotFound, Unavailable
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.objectstore import ObjectMissing
from shared.process.definition import Job
from shared.spreadsheets.workbook import Workbook

_PARTS_AT_ONCE: Final = 100
"""Some seconds of work, so that a worker that is told to stop need not be cut off."""
_FILES_AT_ONCE: Final = 10
_PARTS_PER_SIGN: Final = 20
_OBJECT_CLASS: Final = "object"
log = structlog.get_logger()


class _Overtaken(Exception):
    """The job is not this writer's any more."""


Written = tuple[bytes, int, str]
"""The file, how many rows or files it holds, and how its name ends."""


async def work_exports(deps: Dependencies) -> None:
    """Gather what is asked for, then write what is gathered."""
    for _ in range(_PARTS_AT_ONCE):
        if not await _gather_one(deps):
            break
        failpoint("export.after_part")
    for _ in range(_FILES_AT_ONCE):
        if not await _write_one(deps):
            return


async def _gather_one(deps: Dependencies) -> bool:
    """Whether there was one to gather. One that can not be read stops no other, and no writing."""
    job: ExportJob | None = None
    try:
        async with deps.database.transaction() as tx:
            if (job := await exports.lock_next(tx, deps.clock.now())) is None:
                return False
            await gather_export(tx, job, keyring=deps.keyring, now=deps.clock.now())
    except Exception as error:
        if job is None:
            raise
        log.error("export_part_failed", job=str(job.id), attempt=job.attempts, exc_info=error)
        async with deps.database.transaction() as tx:
            await miss_part(tx, job, deps.clock.now())
    return True


async def _write_one(deps: Dependencies) -> bool:
    async with deps.database.transaction() as tx:
        job = await exports.lock_for_writing(tx, deps.clock.now())
        if job is not None and exports.exhausted(job):
            await fail_export(tx, job, "too_many_tries", deps.clock.now())
            return True
    if job is None:
        return False
    failpoint("export.after_claim")
    try:
        await _write(deps, job)
    except NotFound as error:
        # Its maker may not see it any more, or a file of it is gone: trying again makes nothing better.
        log.warning("export_without_rights", job=str(job.id), error=type(error).__name__)
        async with deps.database.transaction() as tx:
            await fail_export(
                tx, job, "source_lost" if isinstance(error, ObjectMissing) else "rights_lost", deps.clock.now()
            )
    except _Overtaken:
        log.info("export_overtaken", job=str(job.id))
    except Unavailable as error:
        log.warning("export_put_back", job=str(job.id), error=type(error).__name__)
        await _release(deps, job, counts=False)
        return False
    except Exception as error:
        log.error("export_failed", job=str(job.id), attempt=job.attempts, exc_info=error)
        await _release(deps, job, counts=True)
    return True


async def _write(deps: Dependencies, job: ExportJob) -> None:
    data, rows, suffix = await _WRITERS[job.kind](deps, job)
    # A key of its own for each try: what a slower writer stored is named by nobody, and swept (M11).
    key = f"exports/{job.id}/{new_id()}.{suffix}"
    await deps.bucket.put(key, data, _OBJECT_CLASS)
    failpoint("export.after_put")
    async with deps.database.transaction() as tx:
        kept = timedelta(hours=deps.settings.export_hours)
        if not await finish_export(tx, job, key, data, rows, now=deps.clock.now(), kept=kept):
            raise _Overtaken


async def _sheet(deps: Dependencies, job: ExportJob) -> Written:
    """Part by part, in a thread: no connection is held, and the loop is free."""
    with tempfile.TemporaryFile() as file:
        book = await asyncio.to_thread(Workbook, file, TITLES[job.kind][job.language != "zh"], header(job))
        after, parts = -1, 0
        while True:
            async with deps.database.read() as reader:
                part = await export_parts.select_next(reader, deps.keyring, job.id, after)
            if part is None:
                break
            after, parts = part[0], parts + 1
            await asyncio.to_thread(book.add, part[1])
            if parts % _PARTS_PER_SIGN == 0:
                await sign_of_life(deps, job, job.rows_done)
        book.close()
        file.seek(0)
        return await asyncio.to_thread(file.read), book.rows, "xlsx"


async def sign_of_life(deps: Dependencies, job: ExportJob, done: int) -> None:
    """How far the writing is. Raises _Overtaken when somebody else writes it, or it was cancelled."""
    async with deps.database.transaction() as tx:
        if not await exports.update_writing(tx, job, done, deps.clock.now()):
            raise _Overtaken


async def _release(deps: Dependencies, job: ExportJob, *, counts: bool) -> None:
    """Give it back; when even that fails, its lease runs out by itself."""
    try:
        async with deps.database.transaction() as tx:
            await exports.update_released(tx, job, deps.clock.now(), counts=counts)
    except Unavailable as error:
        log.warning("export_release_failed", job=str(job.id), error=type(error).__name__)


async def expire(deps: Dependencies) -> None:
    """Files whose time is over."""
    while True:
        async with deps.database.transaction() as tx:
            keys = await expire_exports(tx, now=deps.clock.now())
        for key in keys:
            await deps.bucket.delete(key)
        if len(keys) < BATCH:
            return


async def _packet(deps: Dependencies, job: ExportJob) -> Written:
    return await write_packet(deps, job, lambda done: sign_of_life(deps, job, done))


_WRITERS: Final[dict[str, Callable[[Dependencies, ExportJob], Awaitable[Written]]]] = {
    "records": _sheet,
    "filings": _sheet,
    "packet": _packet,
}
JOBS: Final = (
    Job("work-exports", timedelta(seconds=2), work_exports, everywhere=True),
    Job("expire-exports", timedelta(minutes=10), expire),
)
