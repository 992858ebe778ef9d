"""What all handlers of this service share: the typed call, the caller's traits, and refusals that must commit."""

import re

from aiohttp import web

from services.identity.dependencies import Dependencies
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import Refused
from shared.web.call import Call
from shared.web.problems import problem

IdentityCall = Call[Dependencies]
_USER_AGENT_LENGTH = 300
_DEVICE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def caller_of(call: IdentityCall) -> Caller:
    """Address, User-Agent, language and device of a request; a malformed X-Device-Id counts as none."""
    headers = call.request.headers
    device_id = headers.get("X-Device-Id", "")
    if not _DEVICE_ID.fullmatch(device_id):
        device_id = ""
    # Bytes that are no UTF-8 come as lone surrogates, which can be neither hashed nor stored.
    user_agent = headers.get("User-Agent", "")[:_USER_AGENT_LENGTH].encode(errors="replace").decode()
    return Caller(call.client_address, user_agent, call.language, device_id)


def refuse(call: IdentityCall, refused: Refused) -> web.Response:
    """The problem as an answer, not as an exception: the transaction that counted the try commits."""
    return problem(refused.error, call.request_id, call.language)
