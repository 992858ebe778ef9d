"""Nobody's year ends with an institution: what was declared there is decided, filed or sent back before it goes."""

from datetime import datetime

from services.institution.domain.binding import CycleEnd
from services.institution.domain.institution import DeclarationsUnfinished, Institution
from services.institution.storage import known_declarations
from shared.postgres.transaction import Transaction


async def require_none_unfinished(tx: Transaction, institution: Institution, end: CycleEnd, now: datetime) -> None:
    """Only an active institution reviews and files, and nobody does it in its place. Raises DeclarationsUnfinished."""
    by_year = await known_declarations.count_unfinished(tx, institution.id)
    if count := sum(number for year, number in by_year.items() if not end.passed(year, now)):
        raise DeclarationsUnfinished(count=count)
