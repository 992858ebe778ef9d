"""Earlier rows that a unit was asked to confirm: of its own rows only, whoever's declaration they belong to (section 2,
rule 2; 4.5). A row that was edited since is not asked any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Transaction

# The unit of the last submission asks: a record that begins anew elsewhere bears another unit's name already.
_ASKED_BY: Final = """coalesce((
    SELECT s.institution_name FROM declaration_snapshot s
    WHERE s.declaration_id = d.id AND s.submission = d.submission), d.institution_name) AS institution_name"""
_SELECT_PAGE: Final = f"""
SELECT c.declaration_id, c.period_id, d.number, d.version, d.cycle_year, {_ASKED_BY}, d.submission,
       p.name_masked, c.state, c.asked_at, c.request_ends_at, c.request_expired_at
FROM prior_confirmation c JOIN declaration d ON d.id = c.declaration_id
JOIN known_person p ON p.person_id = d.person_id
WHERE c.asked_institution_id = $1
  AND ($2::boolean IS NULL OR $2 = (c.state IN ('pending', 'evidence_required')
                                    AND coalesce(c.request_ends_at, 'infinity') > $6
                                    AND d.state IN ('submitted', 'under_review')))
  AND ($3::timestamptz IS NULL OR (c.asked_at, c.period_id) > ($3, $4::uuid))
ORDER BY c.asked_at, c.period_id LIMIT $5
"""
_SELECT: Final = f"""
SELECT c.declaration_id, c.period_id, d.number, d.version, d.cycle_year, {_ASKED_BY}, d.submission,
       p.name_masked, c.state, c.asked_at, c.request_ends_at, c.request_expired_at
FROM prior_confirmation c JOIN declaration d ON d.id = c.declaration_id
JOIN known_person p ON p.person_id = d.person_id
WHERE c.declaration_id = $1 AND c.period_id = $2 AND c.asked_institution_id = $3
"""
_LOCK_VERSION: Final = """
SELECT d.version, d.state FROM declaration d
WHERE d.id = $1 AND EXISTS (SELECT FROM prior_confirmation c WHERE c.declaration_id = d.id AND c.period_id = $2
                            AND c.asked_institution_id = $3)
FOR UPDATE OF d
"""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row a unit was asked about; `institution_name` is the unit that asks, `version` the declaration's. A request
    without an end was asked before requests had one."""

    declaration_id: UUID
    period_id: UUID
    number: str
    version: int
    cycle_year: int
    institution_name: str
    submission: int
    name_masked: str
    state: str
    asked_at: datetime
    request_ends_at: datetime | None
    request_expired_at: datetime | None


async def select_page(
    reader: Reader,
    institution_id: UUID,
    is_open: bool | None,
    after: tuple[datetime | None, UUID | None],
    limit: int,
    now: datetime,
) -> list[AskedRow]:
    """Asked first comes first; `is_open`: still to be answered, or not any more."""
    rows = await reader.fetch(_SELECT_PAGE, institution_id, is_open, *after, limit, now)
    return [AskedRow(**dict(row)) for row in rows]


async def select(reader: Reader, declaration_id: UUID, period_id: UUID, institution_id: UUID) -> AskedRow:
    """Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, declaration_id, period_id, institution_id)) is None:
        raise NotFound
    return AskedRow(**dict(row))


async def lock_version(
    tx: Transaction, declaration_id: UUID, period_id: UUID, institution_id: UUID, expected: int
) -> None:
    """Lock the declaration of an asked row. Raises NotFound, StaleVersion."""
    if (row := await tx.fetchrow(_LOCK_VERSION, declaration_id, period_id, institution_id)) is None:
        raise NotFound
    if row["version"] != expected:
        raise StaleVersion(current=row["version"], state=row["state"])
