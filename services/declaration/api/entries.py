"""Handlers around records that an institution enters: for the institution, and for the person (B3)."""

from datetime import datetime
from uuid import UUID

from services.declaration.api.entry_views import entered_view, entry_page, own_entry_view
from services.declaration.api.schemas.drafting import SavedView
from services.declaration.api.schemas.entries import (
    DecliningBody,
    EnteredView,
    EntryBody,
    EntryMadeView,
    EntryQuery,
    EntrySearch,
    EntryView,
    OwnEntryView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.storage import contents, institution_entries
from services.declaration.storage.institution_entries import EntryFilter
from services.declaration.use_cases.drafting.start_declaration import Wish
from services.declaration.use_cases.entering.decline_entry import Declining, decline_entry
from services.declaration.use_cases.entering.enter_record import Record, enter_record
from services.declaration.use_cases.entering.view_entry import view_entry
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.security.blind_index import blind_index
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor


async def post_institution_entry(call: Call[Dependencies], body: EntryBody) -> EntryMadeView:
    """B3"""
    deps, wish = call.deps, Wish(body.exam_level, body.exam_category_code, body.route)
    record = Record(body.person_id, body.cycle_id, wish, body.content)
    draft = await enter_record(
        call.tx, record, keyring=deps.keyring, catalogues=deps.catalogues, actor=call.actor, now=call.now
    )
    return EntryMadeView(declaration_id=draft.id, state="waiting", version=draft.version)


async def get_institution_entries(call: Call[Dependencies]) -> Page[EntryView]:
    """B3"""
    return await _listed(call, call.query, None)


async def post_institution_entry_search(call: Call[Dependencies], body: EntrySearch) -> Page[EntryView]:
    """B3; a name or document number is sent in the body, so that no address holds it"""
    return await _listed(call, body, body.q)


async def _listed(call: Call[Dependencies], query: EntryQuery, text: str | None) -> Page[EntryView]:
    keyring = call.deps.keyring
    name = number = None
    if text is not None:
        name = blind_index(keyring, "index_person", "name", text)
        number = blind_index(keyring, "index_person", "document_no", text)
    wanted = EntryFilter(scope_of(call.actor), query.cycle_id, query.state, query.entered_before, name, number)
    at, last = decode_cursor(query.cursor, (datetime, UUID))
    return entry_page(
        await institution_entries.select_page(call.reader, wanted, (at, last), query.limit + 1), query.limit
    )


async def get_institution_entry(call: Call[Dependencies]) -> EnteredView:
    """B3"""
    entry = await view_entry(call.tx, call.path_id("declaration_id"), actor=call.actor, now=call.now)
    return entered_view(entry, call.deps.keyring)


async def get_declaration_entry(call: Call[Dependencies]) -> OwnEntryView:
    """B3"""
    keyring = call.deps.keyring
    entry = await institution_entries.select_own(call.reader, call.path_id("declaration_id"), call.actor.id)
    return own_entry_view(entry, await contents.select(call.reader, keyring, entry.declaration_id), keyring)


async def post_entry_declining(call: Call[Dependencies], body: DecliningBody) -> SavedView:
    """B3"""
    declaration_id = call.path_id("declaration_id")
    version = await decline_entry(
        call.tx,
        declaration_id,
        Declining(body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return SavedView(id=declaration_id, version=version)
