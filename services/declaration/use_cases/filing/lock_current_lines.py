"""Is the frozen list still true: every line approved, evaluated, and not handed in again since; or, of a
cancellation, still filed?"""

from typing import Final

from services.declaration.domain.evaluation import LISTABLE
from services.declaration.domain.filing_errors import ListOutdated
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.storage import cancelling_lines, list_lines
from shared.postgres.transaction import Transaction

_SHOWN: Final = 20


async def lock_current_lines(tx: Transaction, entity: QualifiedList) -> None:
    """Lock the declarations of a list until the end of the transaction. Raises ListOutdated naming the lines."""
    if entity.kind == "cancellation":
        stale = await cancelling_lines.lock_stale(tx, entity.id)
    else:
        stale = await list_lines.lock_stale_lines(tx, entity.id, sorted(LISTABLE))
    if stale:
        named = ", ".join(str(line) for line in stale[:_SHOWN]) + (" ..." if len(stale) > _SHOWN else "")
        raise ListOutdated(count=len(stale), lines=named)
