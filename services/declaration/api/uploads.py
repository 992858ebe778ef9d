"""Receiving a file before the transaction opens: stream under a cap, inspect, store; and handing one out."""

from aiohttp import web

from services.declaration.api.schemas.drafting import FileQuery
from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import require_editable
from services.declaration.storage import declarations
from services.declaration.storage.documents import OBJECT_CLASS, PREFIX, Document
from services.declaration.use_cases.drafting.attach_document import StoredFile
from shared.ids import new_id
from shared.uploads.inspect import InspectedFile
from shared.uploads.kinds import DOCUMENTS
from shared.uploads.names import download_headers, harmless_file_name, random_object_key
from shared.uploads.receive import receive
from shared.web.call import Call

_MEGABYTE = 1024 * 1024


async def receive_document(call: Call[Dependencies]) -> StoredFile:
    """The inspected, stored file. Raises NotFound and DeclarationNotEditable before a byte is read, the refusals of
    shared.uploads, ObjectStoreUnavailable."""
    deps, request, query = call.deps, call.request, call.query
    async with call.database.read() as reader:
        draft = await declarations.select_own(reader, call.path_id("declaration_id"), call.actor.id)
        require_editable(draft.state)
        (await deps.catalogues.get(reader, draft.catalogue_version)).document_kind(query.kind)
    limit = deps.settings.upload_megabytes * _MEGABYTE
    received = await receive(request.content, limit, announced=request.content_length)
    declared = request.headers.get("Content-Type")
    file = await deps.inspector.inspect(
        received.data, accept=DOCUMENTS, declared_type=declared, file_name=query.file_name
    )
    return await _stored(deps, file, query)


async def _stored(deps: Dependencies, file: InspectedFile, query: FileQuery) -> StoredFile:
    key = random_object_key(PREFIX, file.kind)
    await deps.bucket.put(key, file.data, OBJECT_CLASS)
    return StoredFile(
        document_id=new_id(),
        kind=query.kind,
        period_id=query.period_id,
        object_key=key,
        sha256=file.sha256,
        size=file.size,
        file_kind=file.kind,
        file_name=harmless_file_name(query.file_name, file.kind),
    )


async def hand_out(call: Call[Dependencies], document: Document) -> web.Response:
    """The file as an attachment (V38). Raises ObjectMissing, ObjectStoreUnavailable."""
    data = await call.deps.bucket.get(document.object_key, OBJECT_CLASS)
    headers = download_headers(document.file_kind, document.open_file_name(call.deps.keyring))
    return web.Response(body=data, headers=headers)
