"""Rules that take effect at their moment, and dry runs of those that do not yet (section 6)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.rules.apply_due_rules import apply_due_rules
from services.declaration.use_cases.rules.try_rules import TryingParts, try_rules
from shared.process.definition import Job


async def apply_published_rules(deps: Dependencies) -> None:
    """Rules take effect at their moment; drafts look them up when they are judged."""
    await run_batches(deps, lambda tx, now: apply_due_rules(tx, now=now), 1)


async def try_drafted_rules(deps: Dependencies) -> None:
    """Dry runs of draft rules, a batch at a time."""
    parts = TryingParts(deps.keyring, deps.catalogues)
    await run_batches(deps, lambda tx, now: try_rules(tx, parts, now=now), True)


JOBS: Final = (
    Job("apply-rules", timedelta(seconds=5), apply_published_rules),
    Job("try-rules", timedelta(seconds=5), try_drafted_rules),
)
