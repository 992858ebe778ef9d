"""Many wrong codes were typed at an institution: counted for the signal that asks for it (F13)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_code_alarms, risk_tasks
from shared.contracts.institution import ConfirmationCodeGuessed
from shared.postgres.transaction import Transaction


async def on_confirmation_code_guessed(tx: Transaction, event: ConfirmationCodeGuessed, deps: Dependencies) -> None:
    """Told once per window; told again it counts once."""
    await known_code_alarms.insert(tx, event.institution_id, event.occurred_at, event.wrong)
    await risk_tasks.insert_of_alarm(tx, event.institution_id, deps.clock.now())
