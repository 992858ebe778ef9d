"""A binding changed: what a draft shows and where a submission goes follow it (A25, A32)."""

from services.declaration.storage import known_bindings
from shared.contracts.institution import BindingChanged
from shared.postgres.transaction import Transaction


async def on_binding_changed(tx: Transaction, event: BindingChanged, _deps: object) -> None:
    """Remember the newest state of the binding."""
    await known_bindings.upsert(tx, event)
