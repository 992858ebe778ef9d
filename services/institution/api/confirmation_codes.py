"""Handlers: an institution's confirmation codes as things that are made, shown, rotated, withdrawn and looked after."""

from services.institution.api.schemas.confirmation_codes import (
    CodeBody,
    CodeLineView,
    CodeUseView,
    NamedCodeView,
    WithdrawnCodeView,
)
from services.institution.api.schemas.profiles import RotationBody
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.use_cases.confirmation_codes.add_confirmation_code import add_confirmation_code
from services.institution.use_cases.confirmation_codes.rotate_confirmation_code import rotate_confirmation_code
from services.institution.use_cases.confirmation_codes.show_confirmation_code import show_confirmation_code
from services.institution.use_cases.confirmation_codes.withdraw_confirmation_code import withdraw_confirmation_code
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

CodePage = Page[CodeLineView]
CodeUsePage = Page[CodeUseView]


async def get_confirmation_codes(call: Call[Dependencies]) -> CodePage:
    """A21; without the codes themselves."""
    query, own = call.query, scope_of(call.actor)
    institution = await institutions.select(call.reader, call.path_id("institution_id"), own)
    rows = await confirmation_codes.select_page(
        call.reader, institution.id, position(query), query.in_force, query.limit + 1
    )
    return page_of(CodePage, query, rows, CodeLineView.of, lambda row: row.id)


async def post_confirmation_code(call: Call[Dependencies], body: CodeBody) -> NamedCodeView:
    """A21."""
    made = await add_confirmation_code(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.terms(),
        most=call.deps.codes_in_force,
        actor=call.actor,
        now=call.now,
    )
    return NamedCodeView.of(made)


async def get_named_code(call: Call[Dependencies]) -> NamedCodeView:
    """A21; recorded."""
    institution_id, code_id = call.path_id("institution_id"), call.path_id("code_id")
    keyring = call.deps.keyring
    kept = await show_confirmation_code(
        call.tx, keyring, institution_id, actor=call.actor, now=call.now, code_id=code_id
    )
    return NamedCodeView.of(kept)


async def post_named_code_rotation(call: Call[Dependencies], body: RotationBody) -> NamedCodeView:
    """A21; existing bindings stay."""
    made = await rotate_confirmation_code(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.expires_at,
        actor=call.actor,
        now=call.now,
        code_id=call.path_id("code_id"),
    )
    return NamedCodeView.of(made)


async def post_code_withdrawal(call: Call[Dependencies]) -> WithdrawnCodeView:
    """A21; existing bindings stay."""
    institution_id, code_id = call.path_id("institution_id"), call.path_id("code_id")
    keyring = call.deps.keyring
    await withdraw_confirmation_code(call.tx, keyring, institution_id, code_id, actor=call.actor, now=call.now)
    return WithdrawnCodeView(id=code_id)


async def get_code_uses(call: Call[Dependencies]) -> CodeUsePage:
    """A21; masked, last first."""
    own, code_id = scope_of(call.actor), call.path_id("code_id")
    institution = await institutions.select(call.reader, call.path_id("institution_id"), own)
    if not await confirmation_codes.select_exists(call.reader, institution.id, code_id):
        raise NotFound
    rows = await confirmation_codes.select_uses(
        call.reader, institution.id, code_id, position(call.query), call.query.limit + 1
    )
    return page_of(CodeUsePage, call.query, rows, CodeUseView.of, lambda row: row.id)
