"""Handlers: files of the sealed paper come in, are matched with their list, and the seal is confirmed (4.7, P7)."""

from typing import Final

from services.declaration.api.filing_files import DATA_CLASS, reachable_list
from services.declaration.api.filing_views import scan_file_view, step_view
from services.declaration.api.schemas.filing import ListStepView
from services.declaration.api.schemas.filing_scans import ScanFileView, SealConfirmation
from services.declaration.dependencies import Dependencies
from services.declaration.domain.list_pages import mark_of
from services.declaration.domain.qualified_list import ListStep, step_to
from services.declaration.storage import filings, list_scans
from services.declaration.use_cases.filing.add_scan_file import ReadScan, add_scan_file
from services.declaration.use_cases.filing.confirm_seal import confirm_seal
from services.declaration.use_cases.filing.matched_pages import matched_pages
from services.declaration.use_cases.filing.remove_scan_file import remove_scan_file
from shared.uploads.kinds import DOCUMENTS
from shared.uploads.names import random_object_key
from shared.uploads.receive import receive
from shared.web.call import Call

_MEGABYTE: Final = 1024 * 1024


async def receive_scan(call: Call[Dependencies]) -> ReadScan:
    """Receive, inspect, read and store a file; what could be refused without reading it is refused first, and sheets
    that do not belong to the list are never stored."""
    row = await reachable_list(call, filings.select_own)
    step_to(row.state, ListStep.UPLOAD_SEAL)
    request, deps = call.request, call.deps
    limit = deps.settings.upload_megabytes * _MEGABYTE
    received = await receive(request.content, limit, announced=request.content_length)
    safe = await deps.inspector.inspect(received.data, accept=DOCUMENTS, declared_type=request.content_type)
    marks = [mark_of(texts) for texts in await deps.scans.read(safe.data, safe.kind)]
    async with call.database.read() as reader:
        uploaded = await list_scans.select_pages(reader, row.id)
    matched_pages(marks, number=row.number, content_hash=row.content_hash, pages=row.page_count, uploaded=uploaded)
    key = random_object_key("scans", safe.kind)
    await deps.bucket.put(key, safe.data, DATA_CLASS)
    return ReadScan(key, safe.sha256, safe.kind.value, safe.size, marks)


async def post_scan_file(call: Call[Dependencies], scan: ReadScan) -> ScanFileView:
    """Keep a file of the sealed paper."""
    list_id = call.path_id("list_id")
    return scan_file_view(await add_scan_file(call.tx, list_id, scan, actor=call.actor, now=call.now))


async def delete_scan_file(call: Call[Dependencies]) -> ListStepView:
    """Take a file off again; the seal has to be confirmed anew."""
    list_id, file_id = call.path_id("list_id"), call.path_id("file_id")
    return step_view(
        await remove_scan_file(
            call.tx, list_id, file_id, expected_version=call.expected_version, actor=call.actor, now=call.now
        )
    )


async def put_sealed_scan(call: Call[Dependencies], body: SealConfirmation) -> ListStepView:
    """The scan is complete, the seal confirmed point by point."""
    return step_view(
        await confirm_seal(
            call.tx,
            call.path_id("list_id"),
            body.confirmed,
            expected_version=call.expected_version,
            actor=call.actor,
            now=call.now,
        )
    )
