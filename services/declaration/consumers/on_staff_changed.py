"""A staff account changed: it is known, and what a disabled one had claimed goes back into the queue (4.8)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_staff
from services.declaration.use_cases.reviewing.release_claims import release_claims
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Transaction


async def on_staff_changed(tx: Transaction, event: StaffChanged, deps: Dependencies) -> None:
    """Nobody comes back from disabled or archived, so that the order of events does not matter for the release."""
    await known_staff.upsert(tx, event)
    if event.state in ("disabled", "archived"):
        await release_claims(tx, now=deps.clock.now(), of=event.staff_id)
