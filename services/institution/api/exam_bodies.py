"""Handlers: exam bodies and divisions."""

from services.institution.api.schemas.exam_bodies import DivisionsView, DivisionView, ExamBodyBody, ExamBodyView
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.storage import divisions, exam_bodies
from services.institution.use_cases.exam_bodies.create_exam_body import NewExamBody, create_exam_body
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

ExamBodyPage = Page[ExamBodyView]


async def post_exam_body(call: Call[Dependencies], body: ExamBodyBody) -> ExamBodyView:
    """B4."""
    new = NewExamBody(
        name=body.name,
        level=body.level,
        parent_id=body.parent_id,
        code=body.code,
        division_codes=body.division_codes,
        admin_name=body.admin.name,
        admin_phone=body.admin.phone,
    )
    created = await create_exam_body(call.tx, call.deps.keyring, new, actor=call.actor, now=call.now)
    return ExamBodyView.of(created, sorted(set(body.division_codes)))


async def get_exam_bodies(call: Call[Dependencies]) -> ExamBodyPage:
    """The caller's body and all below it."""
    query = call.query
    rows = await exam_bodies.select_page(
        call.reader, scope_of(call.actor), position(query), query.level, query.q, query.limit + 1, query.state
    )
    return page_of(ExamBodyPage, query, rows, ExamBodyView.of_territory, lambda row: row.body.id)


async def get_exam_body(call: Call[Dependencies]) -> ExamBodyView:
    """One body of the caller's scope."""
    found = await exam_bodies.select(call.reader, call.path_id("exam_body_id"), scope_of(call.actor))
    return ExamBodyView.of_territory(found)


async def get_divisions(call: Call[Dependencies]) -> DivisionsView:
    """For pickers."""
    rows = await divisions.select_children(call.reader, call.query.parent)
    return DivisionsView(items=[DivisionView.of(row) for row in rows])


async def get_division(call: Call[Dependencies]) -> DivisionView:
    """Former codes too: identity cards and certificates still carry them (5.8)."""
    if (found := await divisions.select(call.reader, call.path["division_code"])) is None:
        raise NotFound
    return DivisionView.of(found)
