"""Handlers: the people of an institution, requests that wait for it, and people below an exam body."""

from datetime import timedelta

from services.institution.api.people_filter import of_query, of_search
from services.institution.api.schemas.bindings import BindingView, ProbationStartBody, RefusalBody, ReleaseBody
from services.institution.api.schemas.people import (
    BoundPersonView,
    MonthView,
    PeopleQuery,
    PeopleSearch,
    SubtreeSearch,
    TrendQuery,
    TrendView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.storage import bindings, bound_people, institutions, probation_trends
from services.institution.storage.bound_people import PeopleFilter
from services.institution.use_cases.bindings.decide_request import Decision, confirm_request, refuse_request
from services.institution.use_cases.bindings.register_probation import register_probation
from services.institution.use_cases.bindings.release_binding import release_binding
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position
from shared.web.schemas import PageQuery

PeoplePage = Page[BoundPersonView]


async def get_people(call: Call[Dependencies]) -> PeoplePage:
    """The institution's own people and the exam bodies above it see who is bound, masked."""
    query: PeopleQuery = call.query
    return await _people(call, query, of_query(query))


async def post_people_search(call: Call[Dependencies], body: PeopleSearch) -> PeoplePage:
    """The same by name or number."""
    return await _people(call, body, of_search(body))


async def _people(call: Call[Dependencies], query: PageQuery, wanted: PeopleFilter) -> PeoplePage:
    institution = await institutions.select(call.reader, call.path_id("institution_id"), scope_of(call.actor))
    after, limit = position(query), query.limit + 1
    rows = await bound_people.select_of_institution(call.reader, institution.id, wanted, after, limit)
    return page_of(PeoplePage, query, rows, BoundPersonView.of, lambda row: row.binding_id)


async def post_subtree_search(call: Call[Dependencies], body: SubtreeSearch) -> PeoplePage:
    """People of all institutions of the caller's exam body and those below it (section 2, rule 1)."""
    after, limit = position(body), body.limit + 1
    rows = await bound_people.select_of_subtree(call.reader, scope_of(call.actor), of_search(body), after, limit)
    return page_of(PeoplePage, body, rows, BoundPersonView.of, lambda row: row.binding_id)


async def get_probation_trend(call: Call[Dependencies]) -> TrendView:
    """B17."""
    query: TrendQuery = call.query
    scope, today = scope_of(call.actor), call.now.astimezone(SHANGHAI).date()
    since = today.replace(day=1) - timedelta(days=31 * (query.months - 1))
    months = await probation_trends.select_months(call.reader, scope, since.replace(day=1))
    return TrendView(
        months=[MonthView(month=one.month, registered=one.registered, in_time=one.in_time) for one in months],
        declared_unregistered=await probation_trends.count_unregistered(call.reader, scope, query.cycle_year),
    )


async def post_binding_confirmation(call: Call[Dependencies]) -> BindingView:
    """4.3."""
    return BindingView.of(await confirm_request(call.tx, _decision(call)))


async def post_binding_refusal(call: Call[Dependencies], body: RefusalBody) -> BindingView:
    """4.3."""
    return BindingView.of(await refuse_request(call.tx, _decision(call), body.reason))


def _decision(call: Call[Dependencies]) -> Decision:
    institution_id, binding_id = call.path_id("institution_id"), call.path_id("binding_id")
    return Decision(institution_id, binding_id, call.expected_version, call.actor, call.now)


async def post_probation_start(call: Call[Dependencies], body: ProbationStartBody) -> BindingView:
    """B17."""
    if call.path_id("institution_id") != scope_of(call.actor):
        raise NotFound
    binding = await bindings.lock_of_institution(call.tx, call.path_id("binding_id"), scope_of(call.actor))
    recorded = await register_probation(
        call.tx,
        binding,
        body.started_on,
        by="institution",
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return BindingView.of(recorded)


async def post_binding_release(call: Call[Dependencies], body: ReleaseBody) -> BindingView:
    """4.3."""
    released = await release_binding(
        call.tx,
        call.path_id("institution_id"),
        call.path_id("binding_id"),
        body.reason,
        expected_version=call.expected_version,
        held_until=call.deps.binding_held_until,
        actor=call.actor,
        now=call.now,
    )
    return BindingView.of(released)
