"""What all handlers of this service share: the typed call, the caller's traits, and refusals that must commit."""

from aiohttp import web

from services.identity.dependencies import Dependencies
from services.identity.domain.caller import Caller
from services.identity.domain.refusals import Refused
from shared.web.call import Call
from shared.web.problems import problem

IdentityCall = Call[Dependencies]
_USER_AGENT_LENGTH = 300


def caller_of(call: IdentityCall) -> Caller:
    """Address and User-Agent of a request."""
    user_agent = call.request.headers.get("User-Agent", "")[:_USER_AGENT_LENGTH]
    return Caller(call.client_address, user_agent, call.language)


def refuse(call: IdentityCall, refused: Refused) -> web.Response:
    """The problem as an answer, not as an exception: the transaction that counted the try commits."""
    return problem(refused.error, call.request_id, call.language)
