"""Handlers for candidates: profile, drafts, their files."""

from aiohttp import web

from services.declaration.api.drafting_views import declaration_view, detail_view, document_view, profile_view
from services.declaration.api.roster_views import roster_page
from services.declaration.api.schemas.drafting import (
    AttachedView,
    DeclarationsView,
    DeclarationView,
    DetailView,
    ProfileView,
    SavedView,
    StartBody,
    SupervisorView,
    WishBody,
)
from services.declaration.api.uploads import hand_out
from services.declaration.dependencies import Dependencies
from services.declaration.domain.content import Content
from services.declaration.storage import (
    declarations,
    documents,
    known_bindings,
    known_people,
    known_revoked_people,
    known_supervisors,
)
from services.declaration.use_cases.drafting.attach_document import StoredFile, attach_document
from services.declaration.use_cases.drafting.change_choice import change_choice
from services.declaration.use_cases.drafting.remove_document import remove_document
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.drafting.save_content import save_content
from services.declaration.use_cases.drafting.start_declaration import Wish, start_declaration
from services.declaration.use_cases.drafting.view_declaration import view_declaration
from shared.web.call import Call
from shared.web.cursors import Page


async def get_profile(call: Call[Dependencies]) -> ProfileView:
    """A24, A28"""
    person = await known_people.select(call.reader, call.actor.id)
    binding = await known_bindings.select_open(call.reader, call.actor.id)
    revoked = await known_revoked_people.select_is_revoked(call.reader, call.actor.id)
    return profile_view(person, binding, call.language, revoked=revoked)


async def get_supervisors(call: Call[Dependencies]) -> Page[SupervisorView]:
    """P2"""
    _, binding = await require_candidate(call.reader, call.actor.id)
    place = call.query.institution_id or binding.institution_id
    page = roster_page(call.query, call.deps.keyring, clear=place == binding.institution_id)
    return page(await known_supervisors.select_roster(call.reader, place, page.after, page.limit))


async def post_declaration(call: Call[Dependencies], body: StartBody) -> DeclarationView:
    """A22, A23"""
    wish = Wish(body.exam_level, body.exam_category_code, body.route)
    draft = await start_declaration(
        call.tx, body.cycle_id, wish, catalogues=call.deps.catalogues, actor=call.actor, now=call.now
    )
    return declaration_view(draft)


async def get_declarations(call: Call[Dependencies]) -> DeclarationsView:
    """A39"""
    found = await declarations.select_all_own(call.reader, call.actor.id)
    binding = await known_bindings.select_open(call.reader, call.actor.id)
    return DeclarationsView(items=[declaration_view(one, binding) for one in found])


async def get_declaration(call: Call[Dependencies]) -> DetailView:
    """A25, A39"""
    deps, declaration_id = call.deps, call.path_id("declaration_id")
    sight = await view_declaration(
        call.reader, declaration_id, keyring=deps.keyring, catalogues=deps.catalogues, actor=call.actor, now=call.now
    )
    return detail_view(sight, deps.keyring, call.language)


async def put_declaration_choice(call: Call[Dependencies], body: WishBody) -> DeclarationView:
    """A23"""
    changed = await change_choice(
        call.tx,
        call.path_id("declaration_id"),
        Wish(body.exam_level, body.exam_category_code, body.route),
        expected_version=call.expected_version,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return declaration_view(changed)


async def put_declaration_content(call: Call[Dependencies], body: Content) -> SavedView:
    """A24, A27-A33"""
    declaration_id, version = call.path_id("declaration_id"), call.expected_version
    saved = await save_content(
        call.tx,
        declaration_id,
        body,
        expected_version=version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return SavedView(id=declaration_id, version=saved)


async def post_declaration_file(call: Call[Dependencies], file: StoredFile) -> AttachedView:
    """A34"""
    deps, declaration_id = call.deps, call.path_id("declaration_id")
    document, version = await attach_document(
        call.tx,
        declaration_id,
        file,
        keyring=deps.keyring,
        catalogues=deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return AttachedView(document=document_view(document, deps.keyring), version=version)


async def get_declaration_file(call: Call[Dependencies]) -> web.StreamResponse:
    """A34"""
    own = await declarations.select_own(call.reader, call.path_id("declaration_id"), call.actor.id)
    return await hand_out(call, await documents.select(call.reader, call.path_id("document_id"), own.id))


async def delete_declaration_file(call: Call[Dependencies]) -> SavedView:
    """A34"""
    declaration_id, document_id = call.path_id("declaration_id"), call.path_id("document_id")
    keyring = call.deps.keyring
    version = await remove_document(
        call.tx, declaration_id, document_id, keyring=keyring, actor=call.actor, now=call.now
    )
    return SavedView(id=declaration_id, version=version)
