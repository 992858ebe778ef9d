"""Handlers: the dashboard and the completeness report of a jurisdiction (B7, B8)."""

from services.institution.api.schemas.supervision import (
    BodyCompletenessView,
    BodyStandingsView,
    CompletenessView,
    InstitutionFilter,
    StandingsQuery,
    StandingsView,
    SupervisedView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.domain.supervised import exam_year
from services.institution.storage import supervision
from services.institution.storage.supervision import SupervisionFilter
from shared.clock import SHANGHAI
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

SupervisedPage = Page[SupervisedView]


async def get_supervision(call: Call[Dependencies]) -> StandingsView:
    """B8."""
    year = _year(call, call.query)
    scope = scope_of(call.actor)
    lines = await supervision.select_standings(call.reader, scope, call.query.body_id or scope, year)
    return StandingsView(cycle_year=year, bodies=[BodyStandingsView.of(line) for line in lines])


async def get_supervised_institutions(call: Call[Dependencies]) -> SupervisedPage:
    """B8."""
    query, wanted = call.query, wanted_institutions(call, call.query)
    rows = await supervision.select_page(call.reader, scope_of(call.actor), wanted, position(query), query.limit + 1)
    return page_of(SupervisedPage, query, rows, SupervisedView.of, lambda row: row.institution.id)


async def get_completeness(call: Call[Dependencies]) -> CompletenessView:
    """B7."""
    today = call.now.astimezone(SHANGHAI).date()
    scope = scope_of(call.actor)
    lines = await supervision.select_completeness(call.reader, scope, call.query.body_id or scope, today)
    return CompletenessView(bodies=[BodyCompletenessView.of(line) for line in lines])


def wanted_institutions(call: Call[Dependencies], query: InstitutionFilter) -> SupervisionFilter:
    """The filter as the list and the sheet take it: year and day are those of the call."""
    ended = call.now.astimezone(SHANGHAI).date() if query.licence_ended else None
    return SupervisionFilter(query.standing, _year(call, query), query.body_id, query.direct, query.lacking, ended)


def _year(call: Call[Dependencies], query: StandingsQuery | InstitutionFilter) -> int:
    return query.cycle_year or exam_year(call.now, call.deps.binding_held_until)
