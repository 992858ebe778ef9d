"""Receiving a file before the transaction opens: stream under a cap, inspect, store; and handing one out."""

from uuid import UUID

from aiohttp import web

from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import require_editable
from services.declaration.storage import declarations
from services.declaration.storage.documents import OBJECT_CLASS, PREFIX, Document
from services.declaration.use_cases.drafting.attach_document import StoredFile
from services.declaration.use_cases.uploading.kind_of_document import kind_of_document
from shared.ids import new_id
from shared.uploads.inspect import InspectedFile
from shared.uploads.kinds import DOCUMENTS, FileKind
from shared.uploads.names import download_headers, harmless_file_name, random_object_key
from shared.uploads.receive import receive
from shared.web.call import Call

_MEGABYTE = 1024 * 1024


async def receive_document(call: Call[Dependencies]) -> StoredFile:
    """The inspected, stored file. Raises NotFound and DeclarationNotEditable before a byte is read, the refusals of
    shared.uploads, ObjectStoreUnavailable."""
    deps, query = call.deps, call.query
    async with call.database.read() as reader:
        draft = await declarations.select_own(reader, call.path_id("declaration_id"), call.actor.id)
        require_editable(draft.state)
        await kind_of_document(reader, draft, query.kind, catalogues=deps.catalogues)
    return await receive_file(call, query.kind, query.period_id, query.file_name)


async def receive_file(
    call: Call[Dependencies],
    kind: str,
    period_id: UUID | None,
    file_name: str | None,
    accept: frozenset[FileKind] = DOCUMENTS,
) -> StoredFile:
    """The body of a request whose caller was let in. Raises the refusals of shared.uploads, ObjectStoreUnavailable."""
    limit = call.deps.settings.upload_megabytes * _MEGABYTE
    received = await receive(call.request.content, limit, announced=call.request.content_length)
    declared = call.request.headers.get("Content-Type")
    file = await call.deps.inspector.inspect(received.data, accept=accept, declared_type=declared, file_name=file_name)
    return await store_file(call.deps, file, received.sha256, kind, period_id, file_name)


async def store_file(
    deps: Dependencies,
    file: InspectedFile,
    original_sha256: str,
    kind: str,
    period_id: UUID | None,
    file_name: str | None,
) -> StoredFile:
    """An inspected file, put into the bucket. Raises ObjectStoreUnavailable."""
    key = random_object_key(PREFIX, file.kind)
    await deps.bucket.put(key, file.data, OBJECT_CLASS)
    return StoredFile(
        document_id=new_id(),
        kind=kind,
        period_id=period_id,
        object_key=key,
        sha256=file.sha256,
        original_sha256=original_sha256,
        size=file.size,
        file_kind=file.kind,
        file_name=harmless_file_name(file_name, file.kind),
    )


async def hand_out(call: Call[Dependencies], document: Document) -> web.Response:
    """The file as an attachment (V38). Raises ObjectMissing, ObjectStoreUnavailable."""
    data = await call.deps.bucket.get(document.object_key, OBJECT_CLASS)
    headers = download_headers(document.file_kind, document.open_file_name(call.deps.keyring))
    return web.Response(body=data, headers=headers)
