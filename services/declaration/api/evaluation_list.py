"""Handlers: probations that begin, the unit's list of them, certificates that are taken back (4.6, B17, P12)."""

from dataclasses import asdict, replace
from uuid import UUID

from services.declaration.api.schemas.evaluation import EvaluationView
from services.declaration.api.schemas.evaluation_list import (
    EvaluationSearch,
    EvaluationsQuery,
    FiledVoidingBody,
    ListedEvaluationView,
    RegistrationBody,
    RegistrationView,
    ReopeningBody,
    RevocationBody,
    RevocationView,
    VoidingBody,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.cycle import last_day_before
from services.declaration.domain.evaluation import STATE_ZH, EvaluationState
from services.declaration.domain.evaluation_clock import days_left
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import evaluations_in_scope, evaluations_list
from services.declaration.storage.evaluations_list import EvaluationFilter, ListedEvaluation
from services.declaration.use_cases.evaluating.register_probationer import register_probationer
from services.declaration.use_cases.evaluating.reopen_filed import reopen_filed
from services.declaration.use_cases.evaluating.revoke_declaration import revoke_declaration
from services.declaration.use_cases.evaluating.void_evaluation import void_evaluation
from services.declaration.use_cases.evaluating.void_filed_evaluation import void_filed_evaluation
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.security.blind_index import blind_index
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor

EvaluationPage = Page[ListedEvaluationView]


async def post_probationer(call: Call[Dependencies], body: RegistrationBody) -> RegistrationView:
    """B17"""
    registered = await register_probationer(
        call.tx, body.person_id, body.started_on, body.supervisor_ids, actor=call.actor, now=call.now
    )
    return RegistrationView.model_validate(registered, from_attributes=True)


async def get_evaluations(call: Call[Dependencies]) -> EvaluationPage:
    """4.6, P12"""
    return await _page(call, call.query, _wanted(call, call.query))


async def post_evaluation_search(call: Call[Dependencies], body: EvaluationSearch) -> EvaluationPage:
    """P12; a name or document number is sent in the body, so that no address holds it"""
    name = blind_index(call.deps.keyring, "index_person", "name", body.q)
    number = blind_index(call.deps.keyring, "index_person", "document_no", body.q)
    text = body.q.strip().upper()
    return await _page(call, body, replace(_wanted(call, body), text=text, name_index=name, document_index=number))


async def post_evaluation_voiding(call: Call[Dependencies], body: VoidingBody) -> EvaluationView:
    """4.6, before filing"""
    voided = await void_evaluation(
        call.tx,
        call.path_id("evaluation_id"),
        GivenReason("", body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        catalogues=call.deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(voided, from_attributes=True)


async def get_evaluation_in_scope(call: Call[Dependencies]) -> EvaluationView:
    """What a declaration rests on, for the exam body"""
    found = await evaluations_in_scope.select_live(call.reader, call.path_id("declaration_id"), call.actor.scope_id)
    if found is None:
        raise NotFound
    return EvaluationView.model_validate(found, from_attributes=True)


async def post_filed_evaluation_voiding(call: Call[Dependencies], body: FiledVoidingBody) -> EvaluationView:
    """4.6, after filing"""
    voided = await void_filed_evaluation(
        call.tx,
        call.path_id("evaluation_id"),
        body.outcome,
        GivenReason("", body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(voided, from_attributes=True)


async def post_declaration_revocation(call: Call[Dependencies], body: RevocationBody) -> RevocationView:
    """4.4, whatever the evaluation says"""
    revoked = await revoke_declaration(
        call.tx,
        call.path_id("declaration_id"),
        GivenReason("", body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return RevocationView.model_validate(revoked, from_attributes=True)


async def post_declaration_reopening(call: Call[Dependencies], body: ReopeningBody) -> RevocationView:
    """4.4, filed ones"""
    reopened = await reopen_filed(
        call.tx,
        call.path_id("declaration_id"),
        GivenReason("", body.reason_code, body.text),
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return RevocationView.model_validate(reopened, from_attributes=True)


def _wanted(call: Call[Dependencies], query: EvaluationsQuery) -> EvaluationFilter:
    today = call.now.astimezone(SHANGHAI).date()
    return EvaluationFilter(call.actor.scope_id, query.cycle_id, query.state, query.year_open, today)


async def _page(call: Call[Dependencies], query: EvaluationsQuery, wanted: EvaluationFilter) -> EvaluationPage:
    (last,) = decode_cursor(query.cursor, (UUID,))
    rows = await evaluations_list.select_page(call.reader, wanted, last, query.limit + 1)
    shown = rows[: query.limit]
    following = encode_cursor(shown[-1].id) if len(rows) > query.limit else None
    return EvaluationPage(items=[_view(one, wanted) for one in shown], next_cursor=following)


def _view(one: ListedEvaluation, wanted: EvaluationFilter) -> ListedEvaluationView:
    values = asdict(one)
    deadline = values.pop("completion_deadline")
    values.pop("cycle_id")
    last_day = last_day_before(deadline) if deadline is not None and one.fresh_graduate else None
    waits = last_day is not None and one.state == EvaluationState.PROVISIONAL_CERTIFIED
    return ListedEvaluationView(
        **values,
        state_zh=STATE_ZH[EvaluationState(one.state)],
        last_day=last_day,
        days_left=days_left(last_day, wanted.today) if last_day is not None and waits else None,
    )
