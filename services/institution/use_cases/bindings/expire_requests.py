"""Requests that no institution decided on in time end, and their people are told (4.3, P4)."""

from datetime import datetime

from services.institution.domain.binding_request import RequestLimit
from services.institution.storage import bindings
from services.institution.use_cases.bindings.move_binding import end_locked
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 200


async def expire_requests(tx: Transaction, *, limit: RequestLimit, now: datetime) -> int:
    """How many expired, at most BATCH."""
    old = await bindings.lock_requested_before(tx, now - limit.life, BATCH)
    for request in old:
        await end_locked(tx, request, "expire", ended_by="system", reason=None, actor=SYSTEM, now=now)
    return len(old)
