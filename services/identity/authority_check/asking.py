"""One question and what came back, whatever went wrong on the way."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from services.identity.authority_check.outgoing import Outgoing, OutgoingFailed
from services.identity.domain.authority_answer import Answer, AuthorityAnswer


async def put_question(
    outgoing: Outgoing, headers: Mapping[str, str], body: bytes, understood: Callable[[Any], AuthorityAnswer]
) -> AuthorityAnswer:
    """The answer as `understood` reads it; UNAVAILABLE for everything that is no answer. Never raises."""
    try:
        answer = json.loads(await outgoing.post(headers, body))
    except OutgoingFailed as failure:
        return AuthorityAnswer(Answer.UNAVAILABLE, str(failure))
    except (ValueError, RecursionError):
        return AuthorityAnswer(Answer.UNAVAILABLE, "not_json")
    return understood(answer)
