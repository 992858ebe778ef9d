"""Candidates are reminded of what they have not submitted (A36)."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.storage import unfinished_drafts
from services.declaration.use_cases.drafting.remind_drafts import remind_drafts
from shared.process.definition import Job
from shared.reminding.running import Kind, remind

_AT_ONCE: Final = 50
"""Each is judged as a submission would be: some tenths of a second in which nobody can save these drafts."""


async def remind_of_drafts(deps: Dependencies) -> None:
    """Before their windows close."""
    tell = partial(remind_drafts, keyring=deps.keyring, catalogues=deps.catalogues)
    steps = deps.settings.draft_remind_days
    await remind(
        deps.database,
        deps.clock,
        Kind(unfinished_drafts.KIND, steps, unfinished_drafts.lock_due, tell),
        _AT_ONCE,
    )


JOBS: Final = (Job("remind-drafts", timedelta(minutes=10), remind_of_drafts),)
