"""Handlers: the national network asks where people stand, compares, lists a site, follows changes (4.10)."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from services.declaration.api.schemas.status import (
    AnswerKeysView,
    ComparisonQuestion,
    ComparisonView,
    SiteRecordPage,
    SiteRecordView,
    StatusCallPage,
    StatusCallView,
    StatusChangesView,
    StatusQuestion,
    StatusView,
)
from services.declaration.api.signed_status import signed
from services.declaration.dependencies import Dependencies
from services.declaration.domain.status import StatusAnswer
from services.declaration.storage import status_calls
from services.declaration.storage.status_calls import CallFilter, LoggedCall
from services.declaration.storage.status_changes import START, Place
from services.declaration.use_cases.status.admit_list import ListCall
from services.declaration.use_cases.status.answer_status import Question, answer_questions
from services.declaration.use_cases.status.list_site import ListedRecord, list_site
from services.declaration.use_cases.status.tell_changes import tell_changes
from shared.errors import TiroError
from shared.postgres.window import Window
from shared.security.signed_answers import public_keys
from shared.web.call import Call
from shared.web.cursors import CursorInvalid, decode_cursor, encode_cursor
from shared.web.paging import position
from shared.web.problems import problem

Signed = web.Response | TiroError


async def post_status_query(
    window: Window, calls: Sequence[Call[Dependencies]], bodies: Sequence[StatusQuestion]
) -> list[Signed]:
    """B12, C7: a plain question."""
    questions = [_question(call, body) for call, body in zip(calls, bodies, strict=True)]
    return await _answers(window, calls, questions, StatusView)


async def post_status_comparison(
    window: Window, calls: Sequence[Call[Dependencies]], bodies: Sequence[ComparisonQuestion]
) -> list[Signed]:
    """C5, C8: which fields of the national form differ."""
    questions = [_question(call, body, _typed(body)) for call, body in zip(calls, bodies, strict=True)]
    return await _answers(window, calls, questions, ComparisonView)


async def get_status_records(call: Call[Dependencies]) -> web.Response:
    """A page of an exam site's records."""
    query, deps = call.query, call.deps
    asked = ListCall("list", query.exam_year, query.nonce, call.actor, call.now)
    pace = deps.settings.network_calls_per_minute
    page = await list_site(call.tx, deps.keyring, asked, query.exam_site_code, position(query), query.limit, pace)
    if isinstance(page, TiroError):
        return problem(page, call.request_id, call.language)
    following = encode_cursor(page.following) if page.following else None
    items = [_record_view(one) for one in page.records]
    return signed(call, SiteRecordPage(items=items, next_cursor=following), query.nonce)


async def get_status_changes(call: Call[Dependencies]) -> web.Response:
    """A page of what changed."""
    query, deps = call.query, call.deps
    asked = ListCall("changes", None, query.nonce, call.actor, call.now)
    pace = deps.settings.network_calls_per_minute
    told = await tell_changes(call.tx, deps.keyring, asked, _place(query.cursor), query.limit, pace)
    if isinstance(told, TiroError):
        return problem(told, call.request_id, call.language)
    items = [StatusView.model_validate(one, from_attributes=True) for one in told.answers]
    cursor = encode_cursor(told.place.written_in, told.place.position)
    return signed(call, StatusChangesView(items=items, next_cursor=cursor, complete=told.complete), query.nonce)


def _place(cursor: str | None) -> Place | None:
    """None for a text that is no cursor: it is refused as one of another list, and stands in the log."""
    try:
        written_in, row = decode_cursor(cursor, (int, int))
    except CursorInvalid:
        return None
    return START if written_in is None else Place(written_in, row)


async def get_answer_keys(call: Call[Dependencies]) -> AnswerKeysView:
    """With what answers are checked."""
    return AnswerKeysView(keys=[dict(key) for key in public_keys(call.deps.keyring)])


async def get_status_calls(call: Call[Dependencies]) -> StatusCallPage:
    """V28, V64: the log, for auditors."""
    query = call.query
    wanted = CallFilter(query.client_id, query.kind, query.outcome, query.record_id, query.since, query.until)
    rows = await status_calls.select_page(call.reader, call.actor.scope_id, wanted, position(query), query.limit + 1)
    following = encode_cursor(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return StatusCallPage(items=[_call_view(row) for row in rows[: query.limit]], next_cursor=following)


def _call_view(row: LoggedCall) -> StatusCallView:
    return StatusCallView.model_validate(
        {"record_id": row.declaration_id, **{name: getattr(row, name) for name in LoggedCall.__slots__}}
    )


def _record_view(record: ListedRecord) -> SiteRecordView:
    told: dict[str, Any] = {name: getattr(record.answer, name) for name in StatusView.model_fields}
    return SiteRecordView(
        **told,
        name_masked=record.name_masked,
        document_type=record.document_type,
        document_no_masked=record.document_no_masked,
    )


def _typed(body: ComparisonQuestion) -> dict[str, str]:
    return {name: str(value) for name, value in body.form.model_dump(mode="json", exclude_none=True).items()}


def _question(call: Call[Dependencies], body: StatusQuestion, form: dict[str, str] | None = None) -> Question:
    return Question(
        body.document_type, body.document_no, body.name, body.exam_year, body.nonce, call.actor, call.now, form
    )


async def _answers(
    window: Window,
    calls: Sequence[Call[Dependencies]],
    questions: Sequence[Question],
    view: type[StatusView] | type[ComparisonView],
) -> list[Signed]:
    deps = calls[0].deps
    answers = await answer_questions(window, questions, deps.keyring, deps.settings.network_calls_per_minute)
    return [
        signed(call, view.model_validate(answer, from_attributes=True), question.nonce, padded=True)
        if isinstance(answer, StatusAnswer)
        else answer
        for call, question, answer in zip(calls, questions, answers, strict=True)
    ]
