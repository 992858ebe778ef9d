"""An exam body accepted a yearly list: of a nil return nothing else tells that the unit has filed (4.7, B8)."""

from services.institution.dependencies import Dependencies
from services.institution.storage import known_nil_returns
from shared.contracts.declaration_filing import QualifiedListAccepted
from shared.postgres.transaction import Transaction


async def on_list_accepted(tx: Transaction, event: QualifiedListAccepted, _deps: Dependencies) -> None:
    """People on other lists are heard of one by one."""
    if event.kind == "main" and event.lines == 0:
        await known_nil_returns.insert(tx, event.institution_id, event.cycle_year, event.list_id, event.occurred_at)
