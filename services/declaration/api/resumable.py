"""Handlers for uploads that come in parts: the offset is the server's, and what was acknowledged is stored (P17)."""

import asyncio
import hashlib

from services.declaration.api.drafting_views import document_view
from services.declaration.api.schemas.drafting import AttachedView
from services.declaration.api.schemas.resumable import UploadBody, UploadsView, UploadView
from services.declaration.api.uploads import store_file
from services.declaration.dependencies import Dependencies
from services.declaration.domain.upload_errors import OffsetMissing, UploadDamaged, UploadUnfinished
from services.declaration.storage import declarations, uploads
from services.declaration.storage.documents import OBJECT_CLASS
from services.declaration.storage.uploads import PREFIX, Upload
from services.declaration.use_cases.uploading.add_part import (
    StoredPart,
    add_part,
    require_offset,
    require_open,
    require_size,
)
from services.declaration.use_cases.uploading.begin_upload import Promise, UploadLimits, begin_upload
from services.declaration.use_cases.uploading.cancel_upload import cancel_upload
from services.declaration.use_cases.uploading.complete_upload import Assembled, complete_upload
from services.declaration.use_cases.uploading.restart_upload import restart_upload
from shared.failpoints import failpoint
from shared.uploads.kinds import DOCUMENTS
from shared.uploads.names import random_part_key
from shared.uploads.receive import receive
from shared.web.call import Call

OFFSET_HEADER = "Upload-Offset"


async def post_upload(call: Call[Dependencies], body: UploadBody) -> UploadView:
    """P17"""
    settings = call.deps.settings
    promise = Promise(body.kind, body.period_id, body.page_of, body.file_name, body.size, body.sha256)
    upload = await begin_upload(
        call.tx,
        call.path_id("declaration_id"),
        promise,
        limits=UploadLimits(settings.open_uploads, settings.upload_megabytes, settings.upload_hours),
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return _view(call, upload)


async def get_uploads(call: Call[Dependencies]) -> UploadsView:
    """P17"""
    declaration_id = call.path_id("declaration_id")
    await declarations.select_own(call.reader, declaration_id, call.actor.id)
    found = await uploads.select_open(call.reader, declaration_id, call.actor.id, call.now)
    return UploadsView(items=[_view(call, one) for one in found])


async def get_upload(call: Call[Dependencies]) -> UploadView:
    """P17"""
    upload_id, declaration_id = call.path_id("upload_id"), call.path_id("declaration_id")
    return _view(call, await uploads.select_own(call.reader, upload_id, declaration_id, call.actor.id))


async def receive_part(call: Call[Dependencies]) -> StoredPart:
    """A part, stored before it is acknowledged. Raises NotFound, UploadOver, OffsetMissing and OffsetDiffers before a
    byte is read, UploadTooLarge, PartTooSmall, ObjectStoreUnavailable."""
    upload = await _select(call)
    require_open(upload, call.now)
    start_at = _offset(call)
    require_offset(upload, start_at)
    limit = min(_part_limit(call), upload.size - upload.received)
    received = await receive(call.request.content, limit, announced=call.request.content_length)
    require_size(upload, received.size)
    key = random_part_key(PREFIX)
    await call.deps.bucket.put(key, received.data, OBJECT_CLASS)
    failpoint("upload.part_stored")
    return StoredPart(start_at, received.size, received.sha256, key)


async def patch_upload(call: Call[Dependencies], part: StoredPart) -> UploadView:
    """P17"""
    declaration_id, upload_id = call.path_id("declaration_id"), call.path_id("upload_id")
    return _view(call, await add_part(call.tx, declaration_id, upload_id, part, actor=call.actor, now=call.now))


async def assemble(call: Call[Dependencies]) -> Assembled:
    """The whole out of its parts, inspected and stored as a file that came whole is. Raises NotFound, UploadOver,
    UploadUnfinished, UploadDamaged, the refusals of shared.uploads, ObjectStoreUnavailable."""
    deps, upload = call.deps, await _select(call)
    if upload.document_id is not None:
        return Assembled(upload.id, upload.sha256, None)
    require_open(upload, call.now)
    if upload.received < upload.size:
        raise UploadUnfinished(offset=upload.received, size=upload.size)
    data = await _joined(call, upload)
    name = upload.open_file_name(deps.keyring)
    file = await deps.inspector.inspect(data, accept=DOCUMENTS, file_name=name)
    stored = await store_file(deps, file, upload.sha256, upload.kind, upload.period_id, name)
    return Assembled(upload.id, upload.sha256, stored)


async def post_upload_completion(call: Call[Dependencies], assembled: Assembled) -> AttachedView:
    """A34, P17"""
    document, version = await complete_upload(
        call.tx,
        call.path_id("declaration_id"),
        assembled,
        most_pages=call.deps.settings.document_pages,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return AttachedView(document=document_view(document, call.deps.keyring), version=version)


async def delete_upload(call: Call[Dependencies]) -> None:
    """P17"""
    declaration_id, upload_id = call.path_id("declaration_id"), call.path_id("upload_id")
    await cancel_upload(call.tx, declaration_id, upload_id, actor=call.actor, now=call.now)


async def _select(call: Call[Dependencies]) -> Upload:
    upload_id, declaration_id = call.path_id("upload_id"), call.path_id("declaration_id")
    async with call.database.read() as reader:
        return await uploads.select_own(reader, upload_id, declaration_id, call.actor.id)


async def _joined(call: Call[Dependencies], upload: Upload) -> bytes:
    async with call.database.read() as reader:
        keys = await uploads.select_part_keys(reader, upload.id)
    parts = [await call.deps.bucket.get(key, OBJECT_CLASS) for key in keys]
    data = b"".join(parts)
    if await asyncio.to_thread(_digest, data) != upload.sha256:
        # What came can not become what was promised: the client begins again, at 0.
        async with call.database.transaction(call.request_id) as tx:
            await restart_upload(tx, upload.declaration_id, upload.id, actor=call.actor)
        raise UploadDamaged
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _offset(call: Call[Dependencies]) -> int:
    text = call.request.headers.get(OFFSET_HEADER, "")
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise OffsetMissing
    return int(text)


def _part_limit(call: Call[Dependencies]) -> int:
    return call.deps.settings.upload_part_kilobytes * 1024


def _view(call: Call[Dependencies], upload: Upload) -> UploadView:
    return UploadView(
        id=upload.id,
        kind=upload.kind,
        period_id=upload.period_id,
        page_of=upload.page_of,
        size=upload.size,
        sha256=upload.sha256,
        offset=upload.received,
        part_limit=_part_limit(call),
        expires_at=upload.expires_at,
        document_id=upload.document_id,
    )
