"""The print role: takes jobs from the queue, sets and stores them. Any number of copies, killed at any time."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog

from services.declaration.dependencies import Dependencies
from services.declaration.storage import certificates, print_jobs, provisional_certificates, qualified_lists
from services.declaration.storage.print_jobs import PrintJob, PrintKind
from services.declaration.use_cases.evaluating.certificate_content import OF_THE_YEAR, PROVISIONAL, open_certificate
from services.declaration.use_cases.filing.print_document import print_document
from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.postgres.database import OUTAGE_ERRORS
from shared.postgres.transaction import Reader, Transaction
from shared.printing.errors import PrinterUnavailable
from shared.printing.render import Printable
from shared.process.waiting import sleep_unless

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5
_OUTAGE_SECONDS: Final = 5.0


async def _attach_certificate(tx: Transaction, subject_id: UUID, key: str, sha256: str, _pages: int) -> None:
    await certificates.update_rendered(tx, subject_id, key, sha256)


async def _attach_provisional(tx: Transaction, subject_id: UUID, key: str, sha256: str, _pages: int) -> None:
    await provisional_certificates.update_rendered(tx, subject_id, key, sha256)


_RENDERED: Final[dict[PrintKind, Callable[[Transaction, UUID, str, str, int], Awaitable[None]]]] = {
    "qualified_list": qualified_lists.update_rendered,
    "certificate": _attach_certificate,
    "provisional_certificate": _attach_provisional,
}
_OUTAGES: Final[tuple[type[BaseException], ...]] = (Unavailable, *OUTAGE_ERRORS)


async def run_print(deps: Dependencies, stop: asyncio.Event) -> None:
    """Render until `stop`; the job in hand is finished first."""
    while not stop.is_set():
        if not await _print_one(deps):
            await sleep_unless(stop, _POLL_SECONDS)


async def _print_one(deps: Dependencies) -> bool:
    """Whether there was work. Nothing but a cancellation leaves here: the queue outlives every fault."""
    try:
        async with deps.database.transaction() as tx:
            job = await print_jobs.lock_next(tx)
    except _OUTAGES as error:
        log.warning("print_queue_unavailable", error=type(error).__name__)
        return False
    if job is None:
        return False
    failpoint("print.after_claim")
    try:
        await _attend(deps, job)
    except PrinterUnavailable as error:
        # May be the document's own fault: it can not keep the queue busy for ever.
        log.warning("print_failed", job=str(job.id), attempt=job.attempt, error=type(error).__name__)
        await _settle(deps, job, error, counts=True)
    except _OUTAGES as error:
        log.warning("print_put_back", job=str(job.id), error=type(error).__name__)
        await _settle(deps, job, error, counts=False)
    except Exception as error:
        log.error("print_failed", job=str(job.id), attempt=job.attempt, exc_info=error)
        await _settle(deps, job, error, counts=True)
    return True


async def _attend(deps: Dependencies, job: PrintJob) -> None:
    async with deps.database.read() as reader:
        document = await _document(reader, deps, job)
    if document is None:
        async with deps.database.transaction() as tx:
            await print_jobs.update_done(tx, job)
        return
    pdf, pages = await deps.printer.set(document)
    failpoint("print.after_render")
    # One key per job: a second run of the same job writes the same bytes to the same place.
    key = f"prints/{job.id}.pdf"
    await deps.bucket.put(key, pdf, "object")
    failpoint("print.after_put")
    async with deps.database.transaction() as tx:
        if await print_jobs.update_done(tx, job):
            await _RENDERED[job.kind](tx, job.subject_id, key, hashlib.sha256(pdf).hexdigest(), pages)
    failpoint("print.after_done")


async def _document(reader: Reader, deps: Dependencies, job: PrintJob) -> Printable | None:
    """What the job prints, or None when there is nothing to print any more."""
    if job.kind == "qualified_list":
        return await print_document(reader, deps.keyring, job.subject_id, deps.settings.public_url)
    if job.kind == "provisional_certificate":
        paper, sealed = PROVISIONAL, await provisional_certificates.select_sealed(reader, job.subject_id)
    else:
        paper, sealed = OF_THE_YEAR, await certificates.select_sealed(reader, job.subject_id)
    return None if sealed is None else open_certificate(deps.keyring, paper, job.subject_id, sealed)


async def _settle(deps: Dependencies, job: PrintJob, error: BaseException, *, counts: bool) -> None:
    """Give the job back; when even that fails, its lease runs out by itself."""
    try:
        async with deps.database.transaction() as tx:
            if counts:
                await print_jobs.update_failed(tx, job, type(error).__name__)
            else:
                await print_jobs.update_put_back(tx, job, type(error).__name__, _OUTAGE_SECONDS)
    except _OUTAGES as second:
        log.warning("print_settle_failed", job=str(job.id), error=type(second).__name__)
