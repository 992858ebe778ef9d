"""Handlers: what exam sites set for an exam year, and the dates that hold for the caller."""

from functools import partial

from services.declaration.api.schemas.site_cycles import OwnDatesView, SiteCycleBody, SiteCycleView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import cycles, site_cycles
from services.declaration.use_cases.cycles.set_site_cycle import set_site_cycle
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

_OF_UNITS = ("institution_owner", "institution_business_admin")
SitePage = Page[SiteCycleView]


async def put_site_cycle(call: Call[Dependencies], body: SiteCycleBody) -> SiteCycleView:
    """4.9, P10"""
    cycle, site = await set_site_cycle(
        call.tx,
        call.path_id("cycle_id"),
        call.path_id("exam_body_id"),
        body.dates(),
        body.rigour(),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return SiteCycleView.of(site, cycle)


async def get_site_cycles(call: Call[Dependencies]) -> SitePage:
    """4.9"""
    query, cycle = call.query, await cycles.select(call.reader, call.path_id("cycle_id"))
    rows = await site_cycles.select_page(
        call.reader, cycle.id, scope_of(call.actor), position(query), query.is_set, query.q, query.limit + 1
    )
    return page_of(SitePage, query, rows, partial(SiteCycleView.of, cycle=cycle), lambda row: row.exam_body_id)


async def get_cycle_dates(call: Call[Dependencies]) -> OwnDatesView:
    """4.9, P16"""
    cycle_id, actor = call.path_id("cycle_id"), call.actor
    if actor.kind == "candidate":
        return OwnDatesView.of(await cycles.select_for_candidate(call.reader, cycle_id, actor.id))
    if actor.role in _OF_UNITS:
        return OwnDatesView.of(await cycles.select_for_unit(call.reader, cycle_id, scope_of(actor)))
    return OwnDatesView.of(await cycles.select_for_body(call.reader, cycle_id, scope_of(actor)))
