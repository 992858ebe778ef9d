"""What happened to a declaration since a version that somebody has before him."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.errors import NotFound
from shared.postgres.transaction import Reader

_SELECT_LAST_SINCE: Final = """
SELECT d.version, d.state, d.submission, d.updated_at, e.action, e.role, e.at,
       (SELECT max(s.submission) FROM declaration_snapshot s WHERE s.declaration_id = d.id AND s.version <= $2
            AND s.institution_id = d.institution_id) AS seen_submission
FROM declaration d LEFT JOIN LATERAL (
    SELECT action, role, at FROM declaration_event
    WHERE declaration_id = d.id AND version > $2 ORDER BY version DESC LIMIT 1
) e ON true
WHERE d.id = $1
"""


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """The declaration now, and the last step since the version; `action` is None where only content or confirmations
    changed. `seen_submission`: the one to its present unit that stood at that version."""

    version: int
    state: str
    submission: int
    updated_at: datetime
    action: str | None
    role: str | None
    at: datetime | None
    seen_submission: int | None


async def select_last_since(reader: Reader, declaration_id: UUID, version: int) -> ChangedSince:
    """Access to the declaration was checked by its own lock. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_LAST_SINCE, declaration_id, version)) is None:
        raise NotFound
    return ChangedSince(**dict(row))
