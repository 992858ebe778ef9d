"""Machine clients, and the public keys."""

import orjson
from aiohttp import web
from aiohttp.payload import BytesPayload

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.login_schemas import JwksView
from services.identity.api.staff_account_schemas import ReasonBody
from services.identity.api.staff_schemas import (
    ClientBody,
    ClientSessionBody,
    ClientSessionView,
    ClientView,
    MachineClientView,
)
from services.identity.domain.machine_client import MachineClient
from services.identity.domain.refusals import Refused
from services.identity.storage import machine_clients, signing_keys
from services.identity.use_cases.clients.open_client_session import open_client_session
from services.identity.use_cases.clients.register_machine_client import RegisteredClient, register_machine_client
from services.identity.use_cases.clients.revoke_machine_client import revoke_machine_client
from services.identity.use_cases.clients.rotate_client_key import rotate_client_key
from services.identity.use_cases.staffing.managed_account import superior_of
from shared.web.cursors import Page
from shared.web.paging import page_of, position


async def get_machine_clients(call: IdentityCall) -> Page[MachineClientView]:
    """4.10."""
    query, scope = call.query, superior_of(call.actor).scope_id
    rows = await machine_clients.select_page(call.reader, scope, position(query), query.limit + 1)
    keys = {one.client_id: await machine_clients.select_keys(call.reader, one.client_id, call.now) for one in rows}

    def view(one: MachineClient) -> MachineClientView:
        return MachineClientView.of(one, keys[one.client_id])

    return page_of(Page[MachineClientView], query, rows, view, lambda one: one.client_id)


async def post_machine_client(call: IdentityCall, body: ClientBody) -> web.Response:
    """4.10."""
    made = await register_machine_client(
        call.tx,
        body.name,
        body.role,
        body.scope_id,
        body.expires_at,
        actor=call.actor,
        limits=call.deps.settings.client,
        now=call.now,
    )
    return _shown_once(made, 201)


async def post_client_key(call: IdentityCall) -> web.Response:
    """4.10."""
    client_id, limits = call.path_id("client_id"), call.deps.settings.client
    made = await rotate_client_key(call.tx, client_id, actor=call.actor, limits=limits, now=call.now)
    return _shown_once(made, 201)


async def post_client_revocation(call: IdentityCall, body: ReasonBody) -> MachineClientView:
    """4.10, V17."""
    client_id = call.path_id("client_id")
    revoked = await revoke_machine_client(call.tx, client_id, body.reason, actor=call.actor, now=call.now)
    return MachineClientView.of(revoked, [])


def _shown_once(made: RegisteredClient, status: int) -> web.Response:
    """A payload, which the edge sends but does not keep: under a repeated Idempotency-Key the body is empty, and the
    secret rests nowhere."""
    view = ClientView(client_id=made.client_id, client_secret=made.client_secret)
    shown_once = BytesPayload(view.model_dump_json().encode(), content_type="application/json")
    return web.Response(status=status, body=shown_once, headers={"Cache-Control": "no-store"})


async def post_client_session(call: IdentityCall, body: ClientSessionBody) -> ClientSessionView | web.Response:
    """4.10."""
    deps, secret = call.deps, body.client_secret
    opened = await open_client_session(
        call.tx, body.client_id, secret, caller_of(call), deps.access, deps.keyring, deps.settings.client, call.now
    )
    if isinstance(opened, Refused):
        return refuse(call, opened)
    return ClientSessionView(access_token=opened[0], expires_in=opened[1])


async def get_jwks(call: IdentityCall) -> JwksView:
    """V14: announced keys too, so that a verifier knows them before they sign."""
    keys = await signing_keys.select_living(call.reader, call.now)
    return JwksView(keys=[orjson.loads(key.public_jwk) for key in keys])
