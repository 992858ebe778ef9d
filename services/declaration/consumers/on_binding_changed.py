"""A binding changed: what a draft shows and where a submission goes follow it (A25, A32)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_bindings, risk_tasks
from shared.contracts.institution import BindingChanged
from shared.postgres.transaction import Transaction


async def on_binding_changed(tx: Transaction, event: BindingChanged, deps: Dependencies) -> None:
    """Remember the newest state of the binding; signals ask since when it stands (F8)."""
    await known_bindings.upsert(tx, event)
    await risk_tasks.insert_of_person(tx, event.person_id, deps.clock.now())
