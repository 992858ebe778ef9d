"""Once a day each exam body gets a forecast of its year, kept with the numbers it rests on (B8)."""

from datetime import datetime
from typing import Final

from services.declaration.domain.filing_forecast import forecast
from services.declaration.storage import filing_forecasts
from shared.clock import SHANGHAI
from shared.postgres.transaction import Transaction

BATCH: Final = 20


async def make_forecasts(tx: Transaction, *, now: datetime) -> int:
    """How many were made; any number of workers may do so at once."""
    today = now.astimezone(SHANGHAI).date()
    missing = await filing_forecasts.select_missing(tx, today, BATCH)
    for body_id, cycle_id in missing:
        inputs = await filing_forecasts.select_inputs(tx, body_id, cycle_id, now)
        await filing_forecasts.insert(tx, body_id, cycle_id, today, inputs, forecast(inputs, today), now)
    return len(missing)
