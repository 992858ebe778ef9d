"""Evaluations as an exam body finds them, at units that file below it; jurisdiction is in the statements."""

from typing import Final
from uuid import UUID

from services.declaration.storage.evaluations import Evaluation, evaluation_of
from shared.postgres.transaction import Reader, Transaction

_IN_SCOPE: Final = """
FROM evaluation e
JOIN declaration d ON d.id = e.declaration_id AND d.submission = e.submission
JOIN known_institution i ON i.institution_id = e.institution_id AND i.filing_body_path @> ARRAY[$2::uuid]
"""
_SELECT_DECLARATION_OF: Final = f"SELECT e.declaration_id {_IN_SCOPE} WHERE e.id = $1"
_SELECT_LIVE: Final = f"SELECT e.* {_IN_SCOPE} WHERE e.declaration_id = $1 AND e.state <> 'voided'"

_LOCK_HANDED_IN: Final = """
SELECT d.id FROM declaration d
JOIN known_institution i ON i.institution_id = d.institution_id AND i.filing_body_path @> ARRAY[$2::uuid]
WHERE d.id = $1 AND d.submission > 0 FOR UPDATE OF d
"""


async def select_declaration_of(reader: Reader, evaluation_id: UUID, scope_id: UUID | None) -> UUID | None:
    """Which declaration below the exam body an evaluation judges."""
    found: UUID | None = await reader.fetchval(_SELECT_DECLARATION_OF, evaluation_id, scope_id)
    return found


async def select_live(reader: Reader, declaration_id: UUID, scope_id: UUID | None) -> Evaluation | None:
    """What was said of a declaration at a unit that files below the exam body, or None."""
    row = await reader.fetchrow(_SELECT_LIVE, declaration_id, scope_id)
    return None if row is None else evaluation_of(row)


async def lock_handed_in(tx: Transaction, declaration_id: UUID, scope_id: UUID | None) -> bool:
    """Lock a declaration that was ever handed in, to a unit that files below the exam body; False without one."""
    found: UUID | None = await tx.fetchval(_LOCK_HANDED_IN, declaration_id, scope_id)
    return found is not None
