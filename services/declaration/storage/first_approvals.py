"""What the first of two reviewers said, in the row of its declaration; and whether two are asked for."""

from typing import Final
from uuid import UUID

from services.declaration.domain.second_look import FirstApproval, Opinion, SecondLook
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.actor import Actor
from shared.postgres.transaction import Reader, Transaction

# The zone asks for all units, a site for its own. Who entered the record is nobody who could confirm it.
_SELECT_LOOK: Final = f"""
SELECT coalesce(p.second_reviewer, false) OR coalesce(site.second_reviewer, false) AS required,
       (SELECT count(*) FROM known_staff k
        WHERE k.scope_id = $2 AND k.staff_id <> $3 AND k.role = 'institution_business_admin'
          AND k.state IN ('active', 'locked')
          AND NOT EXISTS (SELECT FROM institution_entry n WHERE n.declaration_id = $4 AND n.entered_by = k.staff_id
                          AND n.declined_at IS NULL)) AS other_reviewers
FROM cycle c LEFT JOIN review_policy p ON p.cycle_id = c.id
LEFT JOIN known_institution i ON i.institution_id = $2 {SITE_OF_UNIT}
WHERE c.id = $1
"""
_UPDATE: Final = """
WITH said AS (
    UPDATE declaration
    SET state = $2, version = version + 1, updated_at = $3, claimed_by = $4, claimed_until = $5,
        first_approved_by = $6, first_approved_person_id = $7, first_approved_at = $8
    WHERE id = $1
    RETURNING id, version
), recorded AS (
    INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
    SELECT id, version, $3, $9, $10, $11, $12, $2 FROM said
)
SELECT version FROM said
"""


async def select_look(reader: Reader, declaration: Declaration, reviewer_id: UUID) -> SecondLook:
    """As it holds for a declaration at its unit now, seen by one of the reviewers."""
    values = (declaration.cycle_id, declaration.institution_id, reviewer_id, declaration.id)
    row = await reader.fetchrow(_SELECT_LOOK, *values)
    return SecondLook(False, 0) if row is None else SecondLook(row["required"], row["other_reviewers"])


async def update(tx: Transaction, before: Declaration, after: Declaration, opinion: Opinion, actor: Actor) -> int:
    """Write what is said about a locked declaration at `after.updated_at`, with its timeline entry; the new version."""
    first = after.first_approval
    said: tuple[object, ...] = (None, None, None) if first is None else _columns(first)
    claim = (after.claimed_by, after.claimed_until)
    step = (opinion.value, actor.id, actor.role, before.state.value)
    version: int = await tx.fetchval(_UPDATE, after.id, after.state.value, after.updated_at, *claim, *said, *step)
    return version


def _columns(first: FirstApproval) -> tuple[object, ...]:
    return first.by, first.person_id, first.at
