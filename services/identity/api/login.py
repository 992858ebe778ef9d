"""Codes and sessions of persons."""

from aiohttp import web

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.login_schemas import (
    LoginCodeBody,
    LoginCodeView,
    OwnCodeBody,
    PersonSessionView,
    PuzzleBody,
    PuzzleView,
    RefreshBody,
    SessionBody,
    SessionsView,
    SessionView,
    SolvedPuzzleBody,
    StepUpBody,
    StepUpView,
    TokensView,
)
from services.identity.credentials.login_puzzles import new_puzzle
from services.identity.domain.phone import plain_phone
from services.identity.domain.refusals import Refused
from services.identity.storage import sessions
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.signing_in.end_sessions import end_session, end_sessions
from services.identity.use_cases.signing_in.issue_login_code import SolvedPuzzle, issue_login_code
from services.identity.use_cases.signing_in.open_session import OpenedSession
from services.identity.use_cases.signing_in.open_session_by_code import open_session_by_code
from services.identity.use_cases.signing_in.open_session_by_wechat import WechatProof, open_session_by_wechat
from services.identity.use_cases.signing_in.refresh_session import refresh_session
from services.identity.use_cases.signing_in.step_up_session import own_phone, step_up_session
from shared.errors import NotFound


async def post_login_code(call: IdentityCall, body: LoginCodeBody) -> LoginCodeView:
    """A4, V4."""
    return await send_code(call, plain_phone(body.phone), body.purpose, body.solved)


async def post_login_puzzle(call: IdentityCall, body: PuzzleBody) -> PuzzleView:
    """V5."""
    puzzle = new_puzzle(plain_phone(body.phone), call.deps.keyring, call.deps.settings.login_code, call.now)
    return PuzzleView(puzzle=puzzle.text, bits=puzzle.bits, expires_at=puzzle.expires_at)


async def post_own_code(call: IdentityCall, body: OwnCodeBody) -> LoginCodeView:
    """V8, V9."""
    if body.purpose == "step_up":
        phone = await own_phone(call.tx, call.actor.id, call.deps.keyring)
    else:
        phone = plain_phone(body.phone or "")
    return await send_code(call, phone, body.purpose, body.solved)


async def post_session(call: IdentityCall, body: SessionBody) -> PersonSessionView | web.Response:
    """A4, V2, V3."""
    phone, deps = plain_phone(body.phone), call.deps
    opened = await open_session_by_code(
        call.tx, body.challenge_id, phone, body.code, caller_of(call), deps.tokens, deps.settings.login_code, call.now
    )
    return refuse(call, opened) if isinstance(opened, Refused) else person_session(call, opened)


async def post_wechat_session(call: IdentityCall, proof: WechatProof) -> PersonSessionView | web.Response:
    """A3, A5, V10."""
    login = await open_session_by_wechat(call.tx, proof, caller_of(call), call.deps.tokens, call.now)
    if isinstance(login, Refused):
        return refuse(call, login)
    return person_session(call, login.opened, login.merge)


async def post_session_step_up(call: IdentityCall, body: StepUpBody) -> StepUpView | web.Response:
    """V9, V19."""
    deps, limits = call.deps, call.deps.settings.login_code
    session_id = await step_up_session(
        call.tx, body.challenge_id, body.code, call.actor, caller_of(call), deps.tokens, limits, call.now
    )
    if isinstance(session_id, Refused):
        return refuse(call, session_id)
    return StepUpView(session_id=session_id, proven_at=call.now)


async def post_session_refresh(call: IdentityCall, body: RefreshBody) -> TokensView | web.Response:
    """V16."""
    pair = await refresh_session(call.tx, body.refresh_token, caller_of(call), call.deps.tokens, call.now)
    return refuse(call, pair) if isinstance(pair, Refused) else TokensView(**pair.model_dump())


async def delete_current_session(call: IdentityCall) -> None:
    """V17."""
    if call.actor.session_id is None:
        raise NotFound
    await end_session(call.tx, call.actor.session_id, call.actor, call.now)


async def delete_other_sessions(call: IdentityCall) -> None:
    """V20."""
    await end_sessions(call.tx, call.actor.id, call.actor, call.now, "logout", but=call.actor.session_id)


async def delete_session(call: IdentityCall) -> None:
    """V20."""
    await end_session(call.tx, call.path_id("session_id"), call.actor, call.now)


async def get_sessions(call: IdentityCall) -> SessionsView:
    """V20."""
    used_since = call.now - call.deps.settings.session.idle(call.actor.kind)
    found = await sessions.select_open(call.reader, call.actor.id, call.now, used_since)
    return SessionsView(items=[SessionView.of(session, call.actor.session_id) for session in found])


async def send_code(call: IdentityCall, phone: str, purpose: str, solved: SolvedPuzzleBody | None) -> LoginCodeView:
    """A code to `phone`, and what the asker may know of it."""
    shown = None if solved is None else SolvedPuzzle(solved.puzzle, solved.answer)
    limits = call.deps.settings.login_code
    issued = await issue_login_code(
        call.tx, phone, purpose, caller_of(call), call.deps.keyring, limits, call.now, shown
    )
    return LoginCodeView(
        challenge_id=issued.challenge_id,
        expires_at=issued.expires_at,
        resend_after_seconds=issued.resend_after_seconds,
    )


def person_session(call: IdentityCall, opened: OpenedSession, merge: MergeRequest | None = None) -> PersonSessionView:
    """What a person sees after a login."""
    opening = opened.opening
    assert opening.verification_state is not None  # every person has a verification
    return PersonSessionView(
        **opened.tokens.model_dump(),
        person_id=opened.actor.id,
        verification_state=opening.verification_state,
        held_until=opening.held_until if opening.held_until and opening.held_until > call.now else None,
        merge_request_id=None if merge is None else merge.request_id,
    )
