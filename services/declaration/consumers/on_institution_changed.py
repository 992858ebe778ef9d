"""An institution changed: state, profile, licence and filing body decide about reviews and lists (B9, B15)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_institutions, qualified_lists, risk_hits, risk_tasks
from shared.contracts.institution import InstitutionChanged
from shared.postgres.transaction import Transaction


async def on_institution_changed(tx: Transaction, event: InstitutionChanged, deps: Dependencies) -> None:
    """Remember the newest state of the institution. Lists that wait for a decision follow it to the body it files with
    now; those decided stay with the body that decided them (B18). So do signals about it, which are looked for anew."""
    # Whoever files has locked the list, then its declarations, and waits for the institution last (ADR 0042).
    await qualified_lists.lock_undecided(tx, event.institution_id)
    await known_institutions.upsert(tx, event)
    await qualified_lists.update_filing_bodies(tx, event.institution_id)
    await risk_hits.update_bodies(tx, event.institution_id)
    await risk_tasks.insert_of_institution(tx, event.institution_id, deps.clock.now())
