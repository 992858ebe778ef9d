"""Staff accounts that still wait for their holders while their invitations come to an end (4.8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction
from shared.reminding.reminders import untold
from shared.reminding.steps import Span

KIND: Final = "invitation"
_UNTOLD: Final = untold(KIND, "a.staff_id", "a.invited_until", "$1::smallint")
# Locked with a second factor: the holder needs no invitation. The body above a node stands before it in its path.
_LOCK_DUE: Final = f"""
SELECT a.staff_id AS id, a.version, a.scope_id, a.scope_name, a.invited_until AS ends_at,
       inviter.staff_id AS inviter_id,
       CASE WHEN inviter.staff_id IS NULL THEN s.path[cardinality(s.path) - 1] END AS above_id
FROM staff_account a
LEFT JOIN staff_account inviter ON inviter.staff_id = a.invited_by AND inviter.state IN ('active', 'locked')
LEFT JOIN known_scope s ON s.scope_id = a.scope_id
WHERE a.invited_until > $2 AND a.invited_until <= $3
  AND (a.state = 'invited' OR a.state = 'locked' AND a.totp_sealed IS NULL AND a.passkeys = 0)
  AND ($4::uuid IS NULL OR a.staff_id > $4) AND {_UNTOLD}
ORDER BY a.staff_id LIMIT $5 FOR NO KEY UPDATE OF a SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class EndingInvitation:
    """An account that waits. `inviter_id` while who invited can act on it, else `above_id`, the exam body above the
    node, where there is one."""

    id: UUID
    version: int
    scope_id: UUID
    scope_name: str
    ends_at: datetime
    inviter_id: UUID | None
    above_id: UUID | None


async def lock_due(tx: Transaction, span: Span, last: UUID | None, limit: int) -> list[EndingInvitation]:
    """Those that end within `span` and of which nobody was told at its step, locked until commit."""
    rows = await tx.fetch(_LOCK_DUE, span.step, span.after, span.until, last, limit)
    return [EndingInvitation(**dict(row)) for row in rows]
