"""Sheets of institutions are written outside of transactions, under a lease (B8). Any number of workers share the work;
who is killed loses the writing of a file, and another one writes it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.institution.dependencies import Dependencies
from services.institution.domain.supervised_words import TITLE
from services.institution.storage.exports import EXPORTS
from services.institution.use_cases.supervising.exported_institutions import header, next_institutions
from shared.exporting.job import Export
from shared.exporting.sheet import write_sheet
from shared.exporting.writing import ExportWriter, Written, remove_expired, sign_of_life
from shared.failpoints import failpoint
from shared.process.definition import Job

_FILES_AT_ONCE: Final = 10


async def work_exports(deps: Dependencies) -> None:
    """Write what was asked for."""

    async def compose(job: Export) -> Written:
        return await _sheet(deps, job)

    writer = ExportWriter(deps.database, deps.bucket, deps.clock, EXPORTS, deps.exports_kept, compose)
    for _ in range(_FILES_AT_ONCE):
        if not await writer.write_one():
            return


async def _sheet(deps: Dependencies, job: Export) -> Written:
    async def sign(done: int) -> None:
        await sign_of_life(deps.database, deps.clock, job, done)
        failpoint("export.after_sign")

    return await write_sheet(TITLE[job.language != "zh"], header(job), _parts(deps, job), sign)


async def _parts(deps: Dependencies, job: Export) -> AsyncIterator[list[list[str]]]:
    """Of the moments at which they are read."""
    after: UUID | None = None
    while True:
        async with deps.database.read() as reader:
            part, after = await next_institutions(reader, job, after)
        yield part
        if after is None:
            return


async def expire(deps: Dependencies) -> None:
    """Files whose time is over."""
    await remove_expired(deps.database, deps.bucket, deps.clock)


JOBS: Final = (
    Job("work-exports", timedelta(seconds=2), work_exports, everywhere=True),
    Job("expire-exports", timedelta(minutes=10), expire),
)
