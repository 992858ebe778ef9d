"""Handlers: the dashboard and the completeness report of a jurisdiction (B7, B8)."""

import hashlib

from aiohttp import web

from services.institution.api.schemas.supervision import (
    BodyCompletenessView,
    BodyStandingsView,
    CompletenessView,
    InstitutionFilter,
    StandingsView,
    SupervisedView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.domain.supervised import exam_year
from services.institution.storage import supervision
from services.institution.storage.supervision import SupervisionFilter
from services.institution.use_cases.supervising.compose_supervision_sheet import Sheet, compose_supervision_sheet
from shared import audit
from shared.clock import SHANGHAI
from shared.spreadsheets.workbook import sheet_headers
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

SupervisedPage = Page[SupervisedView]
_WHY = {"reason_code"}


async def get_supervision(call: Call[Dependencies]) -> StandingsView:
    """B8."""
    year = _year(call)
    scope = scope_of(call.actor)
    lines = await supervision.select_standings(call.reader, scope, call.query.body_id or scope, year)
    return StandingsView(cycle_year=year, bodies=[BodyStandingsView.of(line) for line in lines])


async def get_supervised_institutions(call: Call[Dependencies]) -> SupervisedPage:
    """B8."""
    query, wanted = call.query, _wanted(call)
    rows = await supervision.select_page(call.reader, scope_of(call.actor), wanted, position(query), query.limit + 1)
    return page_of(SupervisedPage, query, rows, SupervisedView.of, lambda row: row.institution.id)


async def compose_sheet(call: Call[Dependencies]) -> Sheet:
    """The file, made before the transaction is opened."""
    async with call.database.read() as reader:
        return await compose_supervision_sheet(reader, scope_of(call.actor), _wanted(call), call.language)


async def get_supervision_sheet(call: Call[Dependencies], sheet: Sheet) -> web.Response:
    """B8, V69; who took what is on record (V64)."""
    query, scope = call.query, scope_of(call.actor)
    audit.record(
        call.tx,
        "supervision.export",
        actor=call.actor,
        subject_kind="exam_body",
        subject_id=query.body_id or scope,
        at=call.now,
        reason=query.reason_code,
        rows=sheet.rows,
        sha256=hashlib.sha256(sheet.data).hexdigest(),
        filter=[f"{name}={value}" for name, value in sorted(query.model_dump(exclude=_WHY, exclude_none=True).items())],
    )
    return web.Response(body=sheet.data, headers=sheet_headers(f"institutions-{call.now:%Y%m%d}"))


async def get_completeness(call: Call[Dependencies]) -> CompletenessView:
    """B7."""
    today = call.now.astimezone(SHANGHAI).date()
    scope = scope_of(call.actor)
    lines = await supervision.select_completeness(call.reader, scope, call.query.body_id or scope, today)
    return CompletenessView(bodies=[BodyCompletenessView.of(line) for line in lines])


def _wanted(call: Call[Dependencies]) -> SupervisionFilter:
    query: InstitutionFilter = call.query
    ended = call.now.astimezone(SHANGHAI).date() if query.licence_ended else None
    return SupervisionFilter(query.standing, _year(call), query.body_id, query.direct, query.lacking, ended)


def _year(call: Call[Dependencies]) -> int:
    return call.query.cycle_year or exam_year(call.now, call.deps.binding_held_until)
