"""Idempotency keys (V72), the optimistic way: the answer is stored in the transaction of the command. A retry that
comes later, or in parallel, breaks the unique key or a state rule, rolls back, and is given the stored answer."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from shared.postgres.transaction import Reader
from shared.web.preconditions import IdempotencyKeyReused

CONSTRAINT = "pk__idempotency_key__actor_id_key"

_SELECT = "SELECT request_digest, status, body FROM idempotency_key WHERE actor_id = $1 AND key = $2"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time."""

    status: int
    body: bytes


def digest_of(secret: bytes, method: str, path_and_query: str, body: bytes) -> bytes:
    """What makes two requests the same. Keyed: a body may hold an ID number, which an unkeyed hash would give away."""
    return hmac.digest(secret, b"\0".join((method.encode(), path_and_query.encode(), body)), "sha256")


async def select_answer(reader: Reader, actor_id: UUID, key: str, digest: bytes) -> StoredAnswer | None:
    """The stored answer, or None. Raises IdempotencyKeyReused when the key belongs to another request."""
    if (row := await reader.fetchrow(_SELECT, actor_id, key)) is None:
        return None
    if row["request_digest"] != digest:
        raise IdempotencyKeyReused
    return StoredAnswer(row["status"], row["body"])
