"""Answers to the national network as they leave: signed, and single ones of one size (4.10, V28)."""

from typing import Final
from uuid import UUID

from aiohttp import web

from services.declaration.dependencies import Dependencies
from shared.security.signed_answers import sign_answer
from shared.web.call import Call
from shared.web.schemas import View

SIGNATURE_HEADER: Final = "Tiro-Signature"
ANSWER_BYTES: Final = 1536
"""Of a single answer: the longest has the longest name of an institution. White space behind JSON is no part of it."""


def signed(call: Call[Dependencies], view: View, nonce: UUID, *, padded: bool = False) -> web.Response:
    """The view with its signature: over the body as sent, which operation of which client it answers, its nonce and the
    second in which it was asked."""
    body = view.model_dump_json().encode()
    if padded:
        body += b" " * (-len(body) % ANSWER_BYTES)
    operation = call.request.path.rpartition("/")[2]
    claims = {"iat": int(call.now.timestamp()), "sub": str(call.actor.id), "op": operation, "nonce": str(nonce)}
    signature = sign_answer(call.deps.keyring, claims, body)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", SIGNATURE_HEADER: signature}
    return web.Response(body=body, content_type="application/json", headers=headers)
