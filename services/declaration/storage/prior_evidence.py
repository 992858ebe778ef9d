"""The sealed certificates behind earlier rows: a row without the image of one waits for it (4.5, C4)."""

from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_HAS: Final = """
SELECT EXISTS (SELECT FROM declaration_document WHERE declaration_id = $1 AND period_id = $2
               AND kind = 'prior_certificate' AND deleted_at IS NULL)
"""
# Also where a reviewer asked for a better image: the new one is looked at afresh.
_UPDATE_GIVEN: Final = """
UPDATE prior_confirmation SET state = 'pending', decided_by = NULL, decided_at = NULL, reason_code = NULL
WHERE declaration_id = $1 AND period_id = $2 AND state = 'evidence_required'
"""
# What an earlier institution confirmed itself rests on no image.
_UPDATE_GONE: Final = """
UPDATE prior_confirmation prior
SET state = 'evidence_required', decided_by = NULL, decided_at = NULL, reason_code = NULL
WHERE prior.declaration_id = $1 AND prior.state IN ('pending', 'confirmed_by_current')
  AND NOT EXISTS (SELECT FROM declaration_document k WHERE k.declaration_id = $1 AND k.period_id = prior.period_id
                  AND k.kind = 'prior_certificate' AND k.deleted_at IS NULL)
"""


async def select_has_certificate(reader: Reader, declaration_id: UUID, period_id: UUID) -> bool:
    """Whether the image of an earlier row's certificate lies with the declaration."""
    found: bool = await reader.fetchval(_HAS, declaration_id, period_id)
    return found


async def update_given(tx: Transaction, declaration_id: UUID, period_id: UUID) -> None:
    """A certificate came: its row waits for the reviewer again."""
    await tx.execute(_UPDATE_GIVEN, declaration_id, period_id)


async def update_gone(tx: Transaction, declaration_id: UUID) -> None:
    """A file was removed: rows whose certificate it was wait for another."""
    await tx.execute(_UPDATE_GONE, declaration_id)
