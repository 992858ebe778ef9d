"""Codes and sessions of persons."""

from aiohttp import web

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.login_schemas import (
    LoginCodeBody,
    LoginCodeView,
    PersonSessionView,
    RefreshBody,
    SessionBody,
    SessionsView,
    SessionView,
    TokensView,
)
from services.identity.domain.phone import plain_phone
from services.identity.domain.refusals import Refused
from services.identity.storage import sessions, verifications
from services.identity.use_cases.signing_in.end_session import end_session
from services.identity.use_cases.signing_in.issue_login_code import issue_login_code
from services.identity.use_cases.signing_in.open_session_by_code import open_session_by_code
from services.identity.use_cases.signing_in.refresh_session import refresh_session
from shared.errors import NotFound


async def post_login_code(call: IdentityCall, body: LoginCodeBody) -> LoginCodeView:
    """A4, V4."""
    phone, limits = plain_phone(body.phone), call.deps.settings.login_code
    issued = await issue_login_code(call.tx, phone, body.purpose, caller_of(call), call.deps.keyring, limits, call.now)
    return LoginCodeView(
        challenge_id=issued.challenge_id,
        expires_at=issued.expires_at,
        resend_after_seconds=issued.resend_after_seconds,
    )


async def post_session(call: IdentityCall, body: SessionBody) -> PersonSessionView | web.Response:
    """A4, V2, V3."""
    phone, deps = plain_phone(body.phone), call.deps
    opened = await open_session_by_code(
        call.tx, body.challenge_id, phone, body.code, caller_of(call), deps.tokens, deps.settings.login_code, call.now
    )
    if isinstance(opened, Refused):
        return refuse(call, opened)
    state = (await verifications.select(call.tx, opened.actor.id)).state
    return PersonSessionView(**opened.tokens.model_dump(), person_id=opened.actor.id, verification_state=state)


async def post_session_refresh(call: IdentityCall, body: RefreshBody) -> TokensView | web.Response:
    """V16."""
    pair = await refresh_session(call.tx, body.refresh_token, caller_of(call), call.deps.tokens, call.now)
    return refuse(call, pair) if isinstance(pair, Refused) else TokensView(**pair.model_dump())


async def delete_current_session(call: IdentityCall) -> None:
    """V17."""
    if call.actor.session_id is None:
        raise NotFound
    await end_session(call.tx, call.actor.session_id, call.actor, call.now)


async def delete_session(call: IdentityCall) -> None:
    """V20."""
    await end_session(call.tx, call.path_id("session_id"), call.actor, call.now)


async def get_sessions(call: IdentityCall) -> SessionsView:
    """V20."""
    found = await sessions.select_open(call.reader, call.actor.id, call.now)
    return SessionsView(items=[SessionView.of(session, call.actor.session_id) for session in found])
