"""Machine clients, and the public keys."""

import orjson
from aiohttp import web
from aiohttp.payload import BytesPayload

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.login_schemas import JwksView
from services.identity.api.staff_schemas import ClientBody, ClientSessionBody, ClientSessionView, ClientView
from services.identity.domain.refusals import Refused
from services.identity.storage import signing_keys
from services.identity.use_cases.clients.open_client_session import open_client_session
from services.identity.use_cases.clients.register_machine_client import register_machine_client


async def post_machine_client(call: IdentityCall, body: ClientBody) -> web.Response:
    """4.10. The answer is a payload, which the edge sends but does not keep: under a repeated Idempotency-Key the body
    is empty, and the secret rests nowhere."""
    made = await register_machine_client(call.tx, body.name, body.role, call.actor, call.now)
    view = ClientView(client_id=made.client_id, client_secret=made.client_secret)
    shown_once = BytesPayload(view.model_dump_json().encode(), content_type="application/json")
    return web.Response(status=201, body=shown_once, headers={"Cache-Control": "no-store"})


async def post_client_session(call: IdentityCall, body: ClientSessionBody) -> ClientSessionView | web.Response:
    """4.10."""
    deps, secret = call.deps, body.client_secret
    opened = await open_client_session(
        call.tx, body.client_id, secret, caller_of(call), deps.access, deps.keyring, call.now
    )
    if isinstance(opened, Refused):
        return refuse(call, opened)
    return ClientSessionView(access_token=opened[0], expires_in=opened[1])


async def get_jwks(call: IdentityCall) -> JwksView:
    """V14: announced keys too, so that a verifier knows them before they sign."""
    keys = await signing_keys.select_living(call.reader, call.now)
    return JwksView(keys=[orjson.loads(key.public_jwk) for key in keys])
