"""Handlers: the printed file and the files of the sealed scan, fetched before the transaction is opened."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiohttp import web

from services.declaration.dependencies import Dependencies
from services.declaration.domain.filing_errors import FileNotThere, ListNotPrinted
from services.declaration.domain.qualified_list import DOWNLOADABLE
from services.declaration.storage import filings, list_scans
from services.declaration.storage.filings import ListRow
from shared import audit
from shared.errors import NotFound
from shared.postgres.transaction import Reader
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call

DATA_CLASS: Final = "object"
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
    """A file of the sealed scan of the institution's own list."""
    return await _open_scan(call, filings.select_own)


async def open_filed_scan(call: Call[Dependencies]) -> OpenedFile:
    """A file of the sealed scan of a list handed in below the exam body."""
    return await _open_scan(call, filings.select_in_scope)


async def _open_pdf(call: Call[Dependencies], select: _Select) -> OpenedFile:
    row = await reachable_list(call, select)
    if row.pdf_key is None:
        raise FileNotThere
    if row.state not in DOWNLOADABLE:
        raise ListNotPrinted
    data = await call.deps.bucket.get(row.pdf_key, DATA_CLASS)
    return OpenedFile(row, FileKind.PDF, data, "pdf")


async def _open_scan(call: Call[Dependencies], select: _Select) -> OpenedFile:
    row = await reachable_list(call, select)
    async with call.database.read() as reader:
        files = {file.id: file for file in await list_scans.select_files(reader, row.id)}
    file = files.get(call.path_id("file_id"))
    if file is None:
        raise FileNotThere
    data = await call.deps.bucket.get(file.object_key, DATA_CLASS)
    return OpenedFile(row, FileKind(file.file_kind), data, "scan")


async def reachable_list(call: Call[Dependencies], select: _Select) -> ListRow:
    """The list in the path, where the caller may see files of it."""
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
    """A file of the institution's own sealed scan."""
    return _send(call, opened)


async def get_filing_pdf(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """The printed list as the exam body sees it."""
    return _send(call, opened)


async def get_filing_scan(call: Call[Dependencies], opened: OpenedFile) -> web.Response:
    """A file of the sealed scan as the exam body sees it."""
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
