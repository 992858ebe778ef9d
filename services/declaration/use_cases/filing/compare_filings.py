"""Compare lists with declarations: who is approved and qualified is on a list once filing has closed, who is on a list
is approved, and who is filed is on an accepted one (M11, B13)."""

from datetime import datetime
from typing import Final

from services.declaration.domain.evaluation import LISTABLE
from services.declaration.storage import filing_differences
from shared.postgres.transaction import Transaction
from shared.reconciling.findings import note

_LISTABLE_STATES: Final = sorted(LISTABLE)


async def compare_filings(tx: Transaction, now: datetime) -> int:
    """How many disagreements stand. Nothing is mended here: the exam body decides."""
    count = await filing_differences.update_all(tx, now, _LISTABLE_STATES)
    await note(tx, "filing_difference", "qualified_list", count)
    return count
