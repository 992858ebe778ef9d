"""Earlier units that do not answer are reminded, told of, and not waited for for ever (4.5, P6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.prior_row_pace import PriorRowPace, RequestStep
from services.declaration.storage import unanswered_rows
from services.declaration.storage.unanswered_rows import UnansweredRow
from services.declaration.use_cases.prior_rows.expire_prior_requests import expire_prior_requests
from services.declaration.use_cases.prior_rows.press_prior_units import press_prior_units
from shared.postgres.transaction import Transaction
from shared.process.definition import Job
from shared.reminding.running import Kind, remind
from shared.reminding.steps import Span


def requests(pace: PriorRowPace, now: datetime) -> Kind[UnansweredRow]:
    """The kind of these reminders, at the pace."""

    async def tell(tx: Transaction, span: Span, due: Sequence[UnansweredRow], at: datetime) -> None:
        step = pace.step_of(span.step)
        if step is RequestStep.EXPIRED:
            await expire_prior_requests(tx, due, at)
        else:
            await press_prior_units(tx, step, due, at)

    return Kind(unanswered_rows.KIND, pace.steps, partial(unanswered_rows.lock_due, now=now), tell)


async def press_and_expire(deps: Dependencies) -> None:
    """Each step of each request once."""
    await remind(deps.database, deps.clock, requests(deps.settings.prior_row_pace, deps.clock.now()))


JOBS: Final = (Job("press-prior-units", timedelta(minutes=10), press_and_expire),)
