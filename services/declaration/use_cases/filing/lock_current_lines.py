"""Is the frozen list still true: every line approved, evaluated, and not handed in again since?"""

from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import LISTABLE
from services.declaration.domain.filing_errors import ListOutdated
from services.declaration.storage import list_lines
from shared.postgres.transaction import Transaction

_SHOWN: Final = 20


async def lock_current_lines(tx: Transaction, list_id: UUID) -> None:
    """Lock the declarations of a list until the end of the transaction. Raises ListOutdated naming the lines."""
    stale = await list_lines.lock_stale_lines(tx, list_id, sorted(LISTABLE))
    if stale:
        named = ", ".join(str(line) for line in stale[:_SHOWN]) + (" ..." if len(stale) > _SHOWN else "")
        raise ListOutdated(count=len(stale), lines=named)
