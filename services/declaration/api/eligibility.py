"""Handlers about the terms of a year and about bans."""

from datetime import date
from uuid import UUID

from services.declaration.api.schemas.eligibility import (
    BanBody,
    BanDetailView,
    BanQuery,
    BanSearch,
    BanView,
    LiftingBody,
    OwnBansView,
    OwnBanView,
    TermsBody,
    TermsView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.storage import bans, cycles, eligibility_terms, known_people
from services.declaration.storage.bans import BanFilter
from services.declaration.use_cases.eligibility.change_eligibility_terms import change_eligibility_terms
from services.declaration.use_cases.eligibility.impose_ban import Barred, impose_ban
from services.declaration.use_cases.eligibility.lift_ban import lift_ban
from services.declaration.use_cases.eligibility.open_ban import open_ban
from shared.clock import SHANGHAI
from shared.security.blind_index import blind_index
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

_OWN = 50


async def get_eligibility_terms(call: Call[Dependencies]) -> TermsView:
    """Q8, R27, R28"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    return TermsView.of(await eligibility_terms.select(call.reader, cycle.id))


async def put_eligibility_terms(call: Call[Dependencies], body: TermsBody) -> TermsView:
    """Q8, R27, R28"""
    cycle_id, version = call.path_id("cycle_id"), call.expected_version
    changed = await change_eligibility_terms(
        call.tx, cycle_id, body.terms(), expected_version=version, actor=call.actor, now=call.now
    )
    return TermsView.of(changed)


async def post_ban(call: Call[Dependencies], body: BanBody) -> BanView:
    """R29"""
    barred = Barred(body.document_type, body.document_no, body.reason_code, body.note, body.until)
    ban = await impose_ban(call.tx, barred, keyring=call.deps.keyring, actor=call.actor, now=call.now)
    return BanView.of(await bans.select(call.tx, ban.id), _today(call))


async def post_ban_lifting(call: Call[Dependencies], body: LiftingBody) -> BanView:
    """R29"""
    ban_id, version, keyring = call.path_id("ban_id"), call.expected_version, call.deps.keyring
    lifted = await lift_ban(
        call.tx, ban_id, body.note, expected_version=version, keyring=keyring, actor=call.actor, now=call.now
    )
    return BanView.of(await bans.select(call.tx, lifted.id), _today(call))


async def get_bans(call: Call[Dependencies]) -> Page[BanView]:
    """R29"""
    return await _page(call, call.query, None)


async def post_ban_search(call: Call[Dependencies], body: BanSearch) -> Page[BanView]:
    """R29"""
    index = blind_index(call.deps.keyring, "index_person", "document_no", body.document_no)
    person_id = await known_people.select_by_document(call.reader, index, body.document_type)
    return Page[BanView](items=[]) if person_id is None else await _page(call, body, person_id)


async def get_ban(call: Call[Dependencies]) -> BanDetailView:
    """R29"""
    ban, note, lift_note = await open_ban(
        call.tx, call.path_id("ban_id"), keyring=call.deps.keyring, actor=call.actor, now=call.now
    )
    return BanDetailView(ban=BanView.of(ban, _today(call)), note=note, lift_note=lift_note, version=ban.version)


async def get_own_bans(call: Call[Dependencies]) -> OwnBansView:
    """R29"""
    today = _today(call)
    own = await bans.select_page(call.reader, BanFilter(call.actor.id, None, today), None, _OWN)
    return OwnBansView(
        items=[
            OwnBanView(
                reason_code=one.reason_code,
                until=one.until,
                in_force=one.is_in_force(today),
                imposed_at=one.imposed_at,
                lifted_at=one.lifted_at,
            )
            for one in own
        ]
    )


async def _page(call: Call[Dependencies], query: BanQuery, person_id: UUID | None) -> Page[BanView]:
    today = _today(call)
    wanted = BanFilter(person_id, query.in_force, today)
    rows = await bans.select_page(call.reader, wanted, position(query), query.limit + 1)
    return page_of(Page[BanView], query, rows, lambda one: BanView.of(one, today), lambda one: one.id)


def _today(call: Call[Dependencies]) -> date:
    return call.now.astimezone(SHANGHAI).date()
