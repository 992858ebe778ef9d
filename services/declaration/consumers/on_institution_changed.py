"""An institution changed: state, profile, licence and filing body decide about reviews and lists (B9, B15)."""

from services.declaration.storage import known_institutions
from shared.contracts.institution import InstitutionChanged
from shared.postgres.transaction import Transaction


async def on_institution_changed(tx: Transaction, event: InstitutionChanged, _deps: object) -> None:
    """Remember the newest state of the institution."""
    await known_institutions.upsert(tx, event)
