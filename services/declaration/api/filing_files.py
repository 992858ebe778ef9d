"""Handlers: the printed file and the sealed scan. Files are fetched and received before the transaction is opened."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiohttp import web

from services.declaration.api.filing_views import step_view
from services.declaration.api.schemas.filing import ListStepView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.filing_errors import FileNotThere, ListNotPrinted, OfficialSealNotConfirmed
from services.declaration.domain.qualified_list import DOWNLOADABLE, ListStep, step_to
from services.declaration.storage import filings
from services.declaration.storage.filings import ListRow
from services.declaration.storage.qualified_lists import StoredScan
from services.declaration.use_cases.filing.attach_sealed_scan import attach_sealed_scan
from shared import audit
from shared.errors import NotFound
from shared.postgres.transaction import Reader
from shared.uploads.kinds import DOCUMENTS, FileKind
from shared.uploads.names import download_headers, random_object_key
from shared.uploads.receive import receive
from shared.web.call import Call

_MEGABYTE: Final = 1024 * 1024
_DATA_CLASS: Final = "object"
_Select = Callable[[Reader, UUID, UUID | None], Awaitable[ListRow | None]]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file of a list in clear, on its way out."""

    row: ListRow
    kind: FileKind
    data: bytes
    what: str

    @property
    def sha256(self) -> str:
        """In hex."""
        return hashlib.sha256(self.data).hexdigest()


async def open_own_pdf(call: Call[Dependencies]) -> OpenedFile:
    """The printed file of the institution's own list."""
    return await _open_pdf(call, filings.select_own)


async def open_filed_pdf(call: Call[Dependencies]) -> OpenedFile:
    """The printed file of a list handed in below the exam body."""
    return await _open_pdf(call, filings.select_in_scope)


async def open_own_scan(call: Call[Dependencies]) -> OpenedFile:
    """The sealed scan of the institution's own list."""
    return await _open_scan(call, filings.select_own)


async def open_filed_scan(call: Call[Dependencies]) -> OpenedFile:
    """The sealed scan of a list handed in below the exam body."""
    return await _open_scan(call, filings.select_in_scope)


async def _open_pdf(call: Call[Dependencies], select: _Select) -> OpenedFile:
    row = await _row(call, select)
    if row.pdf_key is None:
        raise FileNotThere
    if row.state not in DOWNLOADABLE:
        raise ListNotPrinted
    data = await call.deps.bucket.get(row.pdf_key, _DATA_CLASS)
    return OpenedFile(row, FileKind.PDF, data, "pdf")


async def _open_scan(call: Call[Dependencies], select: _Select) -> OpenedFile:
    row = await _row(call, select)
    if row.scan_key is None or row.scan_kind is None:
        raise FileNotThere
    data = await call.deps.bucket.get(row.scan_key, _DATA_CLASS)
    return OpenedFile(row, FileKind(row.scan_kind), data, "scan")


async def _row(call: Call[Dependencies], select: _Select) -> ListRow:
    async with call.database.read() as reader:
        row = await select(reader, call.path_id("list_id"), call.actor.scope_id)
    # The exam body sees no file before the list is handed in.
    if row is None or (select is filings.select_in_scope and row.submitted_at is None):
        raise NotFound
    return row


async def get_list_pdf(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """The printed list, as an attachment; names are on it, so every download is audited."""
    return _send(call, opened)


async def get_list_scan(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """The institution's own sealed scan."""
    return _send(call, opened)


async def get_filing_pdf(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """The printed list as the exam body sees it."""
    return _send(call, opened)


async def get_filing_scan(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """The sealed scan as the exam body sees it."""
    return _send(call, opened)


def _send(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    audit.record(
        call.tx,
        "qualified_list.download",
        actor=call.actor,
        subject_kind="qualified_list",
        subject_id=opened.row.id,
        at=call.now,
        file=opened.what,
        sha256=opened.sha256,
    )
    headers = download_headers(opened.kind, f"{opened.row.number}-{opened.what}")
    return web.Response(body=opened.data, headers=headers)


async def receive_scan(call: Call[Dependencies]) -> StoredScan:
    """Receive, inspect and store a scan; what could be refused without reading it is refused first."""
    if not call.query.official_seal:
        raise OfficialSealNotConfirmed
    step_to((await _row(call, filings.select_own)).state, ListStep.UPLOAD_SEAL)
    request, deps = call.request, call.deps
    limit = deps.settings.upload_megabytes * _MEGABYTE
    received = await receive(request.content, limit, announced=request.content_length)
    safe = await deps.inspector.inspect(received.data, accept=DOCUMENTS, declared_type=request.content_type)
    key = random_object_key("scans", safe.kind)
    await deps.bucket.put(key, safe.data, _DATA_CLASS)
    return StoredScan(key, safe.sha256, safe.kind.value)


async def put_sealed_scan(call: Call[Dependencies], scan: StoredScan) -> ListStepView:
    """Attach the scan of the sealed paper."""
    done = await attach_sealed_scan(
        call.tx,
        call.path_id("list_id"),
        scan,
        official_seal=call.query.official_seal,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return step_view(done)
