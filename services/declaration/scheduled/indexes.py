"""Indexes of rows that are older than their columns (ADR 0018)."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from services.declaration.dependencies import Dependencies
from shared.privacy import reindexing
from shared.privacy.registry import load_register
from shared.process.definition import Job

log = structlog.get_logger()
_REGISTER: Final = Path(__file__).parents[1] / "personal_data.toml"
_PAGES: Final = 2


async def fill_added_indexes(deps: Dependencies) -> None:
    """Choices of other channels from before their names were indexed: some hundreds a run, until none is left (A17)."""
    register = load_register(_REGISTER)
    outcome = await reindexing.fill_added_indexes(register, deps.database, deps.keyring, _PAGES)
    if any(outcome.done.values()) or outcome.broken:
        log.info("added_indexes_filled", done=outcome.done, broken=outcome.broken)


JOBS: Final = (Job("fill-added-indexes", timedelta(minutes=1), fill_added_indexes),)
