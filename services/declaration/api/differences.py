"""Handlers: the difference between versions, for the candidate before signing and for the reviewer before deciding."""

from services.declaration.api.difference_views import difference_view
from services.declaration.api.schemas.differences import AnswersBody, DifferenceView
from services.declaration.api.schemas.drafting import SavedView
from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.submitting.answer_reasons import answer_reasons
from services.declaration.use_cases.submitting.compare_versions import compare_own_versions, compare_submissions
from shared.web.call import Call


async def get_declaration_difference(call: Call[Dependencies]) -> DifferenceView:
    """P18"""
    deps, declaration_id = call.deps, call.path_id("declaration_id")
    compared = await compare_own_versions(
        call.reader, declaration_id, keyring=deps.keyring, catalogues=deps.catalogues, actor=call.actor
    )
    return difference_view(compared)


async def put_reason_answers(call: Call[Dependencies], body: AnswersBody) -> SavedView:
    """A42, 4.4"""
    declaration_id = call.path_id("declaration_id")
    version = await answer_reasons(
        call.tx,
        declaration_id,
        [one.given() for one in body.answers],
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return SavedView(id=declaration_id, version=version)


async def get_review_difference(call: Call[Dependencies]) -> DifferenceView:
    """4.4: reason, answer and difference together"""
    deps = call.deps
    compared = await compare_submissions(
        call.tx,
        call.path_id("declaration_id"),
        call.query.since,
        keyring=deps.keyring,
        catalogues=deps.catalogues,
        actor=call.actor,
        now=call.now,
    )
    return difference_view(compared)
