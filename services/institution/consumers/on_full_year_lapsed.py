"""A fresh graduate's last day passed without a result: what was filed provisionally holds nobody any more (4.6)."""

from services.institution.consumers.on_evaluation_recorded import DeclarationNotKnownYet
from services.institution.dependencies import Dependencies
from services.institution.storage import known_declarations
from shared.contracts.declaration_evaluation import FullYearLapsed
from shared.postgres.transaction import Transaction


async def on_full_year_lapsed(tx: Transaction, event: FullYearLapsed, _deps: Dependencies) -> None:
    """Keep the moment of the final word. Raises DeclarationNotKnownYet."""
    if not await known_declarations.update_judged(tx, event.declaration_id, event.occurred_at):
        raise DeclarationNotKnownYet
