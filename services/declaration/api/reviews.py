"""Handlers for reviewers of a unit: the queue, one submission, and every decision about it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from services.declaration.api.review_views import decision_view, queue_view, review_view
from services.declaration.api.schemas.reviews import (
    ConfirmationBody,
    DecisionView,
    ModificationBody,
    QueueView,
    ReasonsBody,
    ReviewSearch,
    ReviewView,
)
from services.declaration.api.uploads import hand_out
from services.declaration.dependencies import Dependencies
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import reviews, timeline
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.prior_rows.confirm_prior_row import confirm_prior_row
from services.declaration.use_cases.reviewing.allow_modification import allow_modification
from services.declaration.use_cases.reviewing.approve_declaration import approve_declaration
from services.declaration.use_cases.reviewing.claim_declaration import claim_declaration
from services.declaration.use_cases.reviewing.decide_with_reasons import Decision
from services.declaration.use_cases.reviewing.find_colleagues import find_colleagues
from services.declaration.use_cases.reviewing.open_file import open_file
from services.declaration.use_cases.reviewing.queue_filter import queue_filter
from services.declaration.use_cases.reviewing.reject_declaration import reject_declaration
from services.declaration.use_cases.reviewing.return_declaration import return_declaration
from services.declaration.use_cases.reviewing.view_submission import view_submission
from shared.web.call import Call
from shared.web.cursors import decode_cursor


async def get_reviews(call: Call[Dependencies]) -> QueueView:
    """A37"""
    return await _queue(call, call.query)


async def post_review_search(call: Call[Dependencies], body: ReviewSearch) -> QueueView:
    """A37; a name or document number is sent in the body, so that no address holds it"""
    return await _queue(call, body)


async def _queue(call: Call[Dependencies], query: ReviewSearch) -> QueueView:
    reader = call.reader
    wanted = queue_filter(call.actor, query.wish(), call.deps.keyring, call.now)
    at, last = decode_cursor(query.cursor, (datetime, UUID))
    rows = await reviews.select_queue(reader, wanted, (at, last), query.limit + 1)
    counts, second_looks = await reviews.count_by_state(reader, wanted.institution_id, query.cycle_id)
    named = [one for row in rows for one in (row.claimed_by, row.first_approved_by)]
    colleagues = await find_colleagues(reader, named, actor=call.actor)
    return queue_view(rows, query.limit, counts, second_looks, colleagues)


async def get_review(call: Call[Dependencies]) -> ReviewView:
    """A38, 4.4"""
    keyring = call.deps.keyring
    submission = await view_submission(
        call.tx, call.path_id("declaration_id"), keyring=keyring, actor=call.actor, now=call.now
    )
    declaration = submission.declaration
    steps = await timeline.select_for_unit(call.tx, declaration.id, declaration.institution_id)
    named = [declaration.claimed_by, declaration.first_approved_by, *(step.actor_id for step in steps)]
    colleagues = await find_colleagues(call.tx, named, actor=call.actor)
    return review_view(submission, steps, colleagues, keyring)


async def get_review_file(call: Call[Dependencies]) -> web.StreamResponse:
    """A38"""
    declaration_id, document_id = call.path_id("declaration_id"), call.path_id("document_id")
    keyring = call.deps.keyring
    document = await open_file(call.tx, declaration_id, document_id, keyring=keyring, actor=call.actor, now=call.now)
    return await hand_out(call, document)


async def post_review_claim(call: Call[Dependencies]) -> DecisionView:
    """4.4, P6"""
    claimed = await claim_declaration(
        call.tx,
        call.path_id("declaration_id"),
        expected_version=call.expected_version,
        hold=timedelta(minutes=call.deps.settings.claim_minutes),
        actor=call.actor,
        now=call.now,
    )
    return decision_view(claimed)


async def post_review_approval(call: Call[Dependencies]) -> DecisionView:
    """A38"""
    approved = await approve_declaration(
        call.tx,
        call.path_id("declaration_id"),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(approved)


async def post_review_return(call: Call[Dependencies], body: ReasonsBody) -> DecisionView:
    """4.4"""
    return decision_view(await _decide(call, body, return_declaration))


async def post_review_rejection(call: Call[Dependencies], body: ReasonsBody) -> DecisionView:
    """4.4"""
    return decision_view(await _decide(call, body, reject_declaration))


async def post_review_modification_allowance(call: Call[Dependencies], body: ModificationBody) -> DecisionView:
    """A42"""
    reopened = await allow_modification(
        call.tx,
        call.path_id("declaration_id"),
        GivenReason("", body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(reopened)


async def post_prior_row_confirmation(call: Call[Dependencies], body: ConfirmationBody) -> DecisionView:
    """4.5, A32"""
    decided = await confirm_prior_row(
        call.tx,
        call.path_id("declaration_id"),
        call.path_id("period_id"),
        body.answer(),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return decision_view(decided)


async def _decide(
    call: Call[Dependencies], body: ReasonsBody, decide: Callable[..., Awaitable[Declaration]]
) -> Declaration:
    reasons = [reason.given() for reason in body.reasons]
    decision = Decision(call.path_id("declaration_id"), call.expected_version, reasons, call.actor, call.now)
    return await decide(call.tx, decision, keyring=call.deps.keyring, catalogues=call.deps.catalogues)
