"""A typed confirmation code is checked and counted before the command's transaction begins: the count must survive
although the answer is an error (A20)."""

import hashlib
from dataclasses import dataclass

from services.institution.api.schemas.bindings import CodeEntryBody
from services.institution.dependencies import Dependencies
from services.institution.domain.code_audience import StatedPlace
from services.institution.domain.confirmation_code import CodeAccepted
from services.institution.use_cases.confirmation_codes.try_confirmation_code import try_confirmation_code
from shared.web.call import Call
from shared.web.reading import parse_body, read_raw

_BODY_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """The accepted code and what the person says of himself; `sha256` of the body identifies the request for its
    idempotency key."""

    accepted: CodeAccepted
    stated: StatedPlace
    sha256: str


async def prepare_code_entry(call: Call[Dependencies]) -> CodeEntry:
    """Read the body and try the code in a transaction of its own. Raises what try_confirmation_code refuses with."""
    raw = await read_raw(call.request, _BODY_LIMIT)
    body = parse_body(call.request, raw, CodeEntryBody)
    if not isinstance(body, CodeEntryBody):
        raise TypeError(type(body).__name__)
    deps = call.deps
    async with call.database.transaction(call.request_id) as tx:
        attempt = await try_confirmation_code(
            tx, deps.keyring, deps.wrong_code_limit, body.institution_id, body.code, actor=call.actor, now=call.now
        )
    return CodeEntry(attempt.require_accepted(), body.stated(), hashlib.sha256(raw).hexdigest())
