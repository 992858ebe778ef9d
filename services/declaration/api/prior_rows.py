"""Handlers: the present unit asks, an earlier unit sees its own row and answers (4.5, Q5)."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiohttp import web

from services.declaration.api.drafting_views import document_view
from services.declaration.api.pages import page_number
from services.declaration.api.review_views import decision_view
from services.declaration.api.schemas.prior_rows import (
    AskedRowAnswerBody,
    AskedRowAnswerView,
    AskedRowDetailView,
    AskedRowView,
)
from services.declaration.api.schemas.reviews import DecisionView
from services.declaration.api.uploads import hand_out
from services.declaration.dependencies import Dependencies
from services.declaration.storage import asked_rows, document_pages
from services.declaration.storage.asked_rows import AskedRow
from services.declaration.storage.documents import Document
from services.declaration.use_cases.prior_rows.answer_prior_row import answer_prior_row
from services.declaration.use_cases.prior_rows.ask_prior_unit import ask_prior_unit
from services.declaration.use_cases.prior_rows.view_asked_row import ShownRow, open_certificate, view_asked_row
from services.declaration.use_cases.reviewing.open_page import as_page
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.masking import mask_document_no
from shared.security.keyring import Keyring
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor

AskedRowPage = Page[AskedRowView]


async def post_prior_row_request(call: Call[Dependencies]) -> DecisionView:
    """4.5, Q5"""
    asked = await ask_prior_unit(
        call.tx,
        call.path_id("declaration_id"),
        call.path_id("period_id"),
        expected_version=call.expected_version,
        pace=call.deps.settings.prior_row_pace,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(asked)


async def get_prior_row_requests(call: Call[Dependencies]) -> AskedRowPage:
    """4.5, Q5: asked first comes first."""
    query = call.query
    at, last = decode_cursor(query.cursor, (datetime, UUID))
    unit_id, limit = scope_of(call.actor), query.limit + 1
    found = await asked_rows.select_page(call.reader, unit_id, query.open, (at, last), limit, call.now)
    shown = found[: query.limit]
    following = encode_cursor(shown[-1].asked_at, shown[-1].period_id) if len(found) > query.limit else None
    return AskedRowPage(items=[_line(one) for one in shown], next_cursor=following)


async def get_prior_row_request(call: Call[Dependencies]) -> AskedRowDetailView:
    """Section 2, rule 2"""
    keyring, ids = call.deps.keyring, (call.path_id("declaration_id"), call.path_id("period_id"))
    return _detail(await view_asked_row(call.tx, *ids, keyring=keyring, actor=call.actor, now=call.now), keyring)


async def get_prior_row_certificate(call: Call[Dependencies]) -> web.StreamResponse:
    """Section 2, rule 2"""
    return await hand_out(call, await _certificate(call))


async def get_prior_row_certificate_page(call: Call[Dependencies]) -> web.StreamResponse:
    """Section 2, rule 2; A34"""
    certificate = await _certificate(call)
    pages = await document_pages.select_all(call.tx, certificate)
    return await hand_out(call, as_page(certificate, pages, page_number(call)))


async def _certificate(call: Call[Dependencies]) -> Document:
    ids = (call.path_id("declaration_id"), call.path_id("period_id"), call.path_id("document_id"))
    return await open_certificate(call.tx, *ids, keyring=call.deps.keyring, actor=call.actor, now=call.now)


async def post_prior_row_answer(call: Call[Dependencies], body: AskedRowAnswerBody) -> AskedRowAnswerView:
    """4.5, Q5"""
    declaration_id, period_id = call.path_id("declaration_id"), call.path_id("period_id")
    await answer_prior_row(
        call.tx,
        declaration_id,
        period_id,
        body.answer(),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    row = await asked_rows.select(call.tx, declaration_id, period_id, scope_of(call.actor))
    return AskedRowAnswerView(declaration_id=declaration_id, period_id=period_id, state=row.state, version=row.version)


def _line(one: AskedRow) -> AskedRowView:
    return AskedRowView(**{name: value for name, value in asdict(one).items() if name != "submission"})


def _detail(shown: ShownRow, keyring: Keyring) -> AskedRowDetailView:
    asked, row = shown.asked, shown.row
    return AskedRowDetailView(
        declaration_id=asked.declaration_id,
        period_id=asked.period_id,
        number=asked.number,
        version=asked.version,
        state=asked.state,
        request_ends_at=asked.request_ends_at,
        request_expired_at=asked.request_expired_at,
        asked_by=asked.institution_name,
        name=shown.identity.name,
        document_no_masked=mask_document_no(shown.identity.document_no),
        department=row.department,
        position=row.position,
        first_day=row.first_day,
        last_day=row.last_day,
        supervisors=[one.name for one in row.supervisors if one.name],
        work_summary=row.work_summary,
        certificates=[document_view(one, keyring) for one in shown.certificates],
    )
