"""Handlers for candidates: preview, submission, withdrawal, timeline."""

from collections.abc import Sequence

from services.declaration.api.drafting_views import declaration_view, preview_view
from services.declaration.api.schemas.drafting import (
    DeclarationView,
    PreviewView,
    ReceiptView,
    SubmissionBody,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import State
from services.declaration.use_cases.submitting.preview_declaration import preview_declaration
from services.declaration.use_cases.submitting.submit_declarations import Order, Submitted, submit_declarations
from services.declaration.use_cases.submitting.withdraw_declaration import withdraw_declaration
from shared.errors import TiroError
from shared.postgres.window import Window
from shared.web.call import Call


async def get_declaration_preview(call: Call[Dependencies]) -> PreviewView:
    """A36"""
    deps, declaration_id = call.deps, call.path_id("declaration_id")
    preview = await preview_declaration(
        call.reader, declaration_id, keyring=deps.keyring, catalogues=deps.catalogues, actor=call.actor, now=call.now
    )
    return preview_view(preview, call.language)


async def post_submission(
    window: Window, calls: Sequence[Call[Dependencies]], bodies: Sequence[SubmissionBody]
) -> list[ReceiptView | TiroError]:
    """A26, A37"""
    deps = calls[0].deps
    orders = [_order(call, body) for call, body in zip(calls, bodies, strict=True)]
    outcomes = await submit_declarations(window, orders, keyring=deps.keyring, catalogues=deps.catalogues)
    return [_receipt(order, outcome) for order, outcome in zip(orders, outcomes, strict=True)]


def _order(call: Call[Dependencies], body: SubmissionBody) -> Order:
    declaration_id = call.path_id("declaration_id")
    return Order(declaration_id, call.expected_version, body.notice_version, body.accepted, call.actor, call.now)


def _receipt(order: Order, outcome: Submitted | TiroError) -> ReceiptView | TiroError:
    if isinstance(outcome, TiroError):
        return outcome
    return ReceiptView(
        id=order.declaration_id,
        number=outcome.number,
        submission=outcome.submission,
        submitted_at=order.now,
        state=State.SUBMITTED.value,
        version=outcome.version,
    )


async def post_withdrawal(call: Call[Dependencies]) -> DeclarationView:
    """A41"""
    declaration_id, version = call.path_id("declaration_id"), call.expected_version
    withdrawn = await withdraw_declaration(
        call.tx, declaration_id, expected_version=version, actor=call.actor, now=call.now
    )
    return declaration_view(withdrawn)
