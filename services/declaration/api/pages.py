"""Handlers for documents that are made of several photos, for candidates and for reviewers (A34)."""

from aiohttp import web

from services.declaration.api.schemas.pages import ArrangeBody, DocumentPagesView, DocumentPageView
from services.declaration.api.uploads import hand_out, receive_file
from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import require_editable
from services.declaration.storage import declarations, document_pages, documents
from services.declaration.storage.document_pages import DocumentPage
from services.declaration.storage.documents import Document
from services.declaration.use_cases.drafting.add_page import add_page
from services.declaration.use_cases.drafting.arrange_pages import arrange_pages
from services.declaration.use_cases.drafting.attach_document import StoredFile
from services.declaration.use_cases.reviewing.open_page import as_page, open_page
from shared.errors import NotFound
from shared.uploads.kinds import CONTENT_TYPES, DOCUMENTS, IMAGES
from shared.web.call import Call


async def receive_page(call: Call[Dependencies]) -> StoredFile:
    """The inspected, stored photo. Raises NotFound and DeclarationNotEditable before a byte is read."""
    async with call.database.read() as reader:
        draft = await declarations.select_own(reader, call.path_id("declaration_id"), call.actor.id)
        document = await documents.select(reader, call.path_id("document_id"), draft.id)
        require_editable(draft.state)
    accept = IMAGES & DOCUMENTS
    return await receive_file(call, document.kind, document.period_id, call.query.file_name, accept)


async def post_document_page(call: Call[Dependencies], file: StoredFile) -> DocumentPagesView:
    """A34"""
    document, version = await add_page(
        call.tx,
        call.path_id("declaration_id"),
        call.path_id("document_id"),
        file,
        most=call.deps.settings.document_pages,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return await _view(call, document, version)


async def put_document_pages(call: Call[Dependencies], body: ArrangeBody) -> DocumentPagesView:
    """A34"""
    declaration_id, document_id = call.path_id("declaration_id"), call.path_id("document_id")
    document, version = await arrange_pages(
        call.tx,
        declaration_id,
        document_id,
        body.page_ids,
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return await _view(call, document, version)


async def get_document_pages(call: Call[Dependencies]) -> DocumentPagesView:
    """A34"""
    own = await declarations.select_own(call.reader, call.path_id("declaration_id"), call.actor.id)
    return await _view(call, await documents.select(call.reader, call.path_id("document_id"), own.id), own.version)


async def get_document_page(call: Call[Dependencies]) -> web.StreamResponse:
    """A34"""
    own = await declarations.select_own(call.reader, call.path_id("declaration_id"), call.actor.id)
    document = await documents.select(call.reader, call.path_id("document_id"), own.id)
    return await hand_out(
        call, as_page(document, await document_pages.select_all(call.reader, document), page_number(call))
    )


async def get_review_file_page(call: Call[Dependencies]) -> web.StreamResponse:
    """A38, V64"""
    document = await open_page(
        call.tx,
        call.path_id("declaration_id"),
        call.path_id("document_id"),
        page_number(call),
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return await hand_out(call, document)


def page_number(call: Call[Dependencies]) -> int:
    """The page of the path, 1 the first. Raises NotFound."""
    text = call.path["page"]
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise NotFound
    return int(text)


async def _view(call: Call[Dependencies], document: Document, version: int) -> DocumentPagesView:
    pages = await document_pages.select_all(call.reader, document)
    return DocumentPagesView(document_id=document.id, version=version, items=list(map(_page_view, pages)))


def _page_view(page: DocumentPage) -> DocumentPageView:
    return DocumentPageView(
        page_id=page.page_id,
        position=page.position,
        content_type=CONTENT_TYPES[page.file_kind],
        size=page.size,
        sha256=page.sha256,
        original_sha256=page.original_sha256,
        uploaded_at=page.uploaded_at,
    )
