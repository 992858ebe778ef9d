"""The audit trail: one entry per state change and per sensitive read, hash-chained by the database in the same
transaction (V61, V62, V64). Entries hold ids, codes and masked values, never personal data."""

from datetime import datetime
from uuid import UUID

import orjson

from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.postgres.transaction import PendingAudit, Transaction

Fact = str | int | bool | None | list[str]


def record(
    tx: Transaction,
    action: str,
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: UUID,
    at: datetime,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
    **facts: Fact,
) -> None:
    """Say that `actor` did `action` (e.g. "declaration.submit") to a subject, moving it from state to state."""
    entry = {
        "action": action,
        "actor_id": str(actor.id),
        "actor_kind": actor.kind,
        "role": actor.role,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id),
        # Always with one offset: entries are searched in the order of this text.
        "at": at.astimezone(SHANGHAI).isoformat(),
        "from": before,
        "to": after,
        "reason": reason,
        "request_id": tx.correlation_id,
        "facts": facts,
    }
    # Sorted keys and no white space: the canonical form that the chain hashes.
    text = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS).decode()
    tx.work.audits.append(PendingAudit(subject_id, action, text))
