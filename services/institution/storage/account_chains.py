"""The chain of an institution's owner account, read from requests, known accounts and steps (B6, C1)."""

from typing import Final
from uuid import UUID

from services.institution.domain.account_chain import AccountChain
from shared.postgres.transaction import Reader

# Of several owner accounts the one that works, else the one that waits longest to be accepted, else the last.
_SELECT: Final = """
SELECT (SELECT max(r.requested_at) FROM owner_request r WHERE r.institution_id = i.id) AS asked_at,
    s.invited_at, s.invited_until, s.responsibility_accepted_at AS accepted_at, s.activated_at,
    (SELECT min(taken_at) FROM institution_step t
     WHERE t.institution_id = i.id AND t.step IN ('complete', 'approve')) AS completed_at,
    s.state AS owner_state
FROM institution i LEFT JOIN LATERAL (
    SELECT * FROM known_staff k WHERE k.scope_id = i.id AND k.role = 'institution_owner'
    ORDER BY k.state IN ('active', 'locked') DESC, k.state = 'invited' DESC, k.invited_until DESC NULLS LAST,
        k.staff_id DESC
    LIMIT 1) s ON true
WHERE i.id = $1
"""


async def select(reader: Reader, institution_id: UUID) -> AccountChain:
    """The chain of an institution that was found in the caller's scope before."""
    row = await reader.fetchrow(_SELECT, institution_id)
    return AccountChain(**dict(row or dict.fromkeys(AccountChain.__slots__)))
