"""Lists and declarations are compared (M11)."""

from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.filing.compare_filings import compare_filings


async def compare_lists(deps: Dependencies) -> None:
    """Lists and declarations agree, or the exam body is shown where not (M11)."""
    async with deps.database.transaction() as tx:
        await compare_filings(tx, deps.clock.now())


RECONCILERS: Final = (compare_lists,)
