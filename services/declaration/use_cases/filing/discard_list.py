"""Give a list up; its people are free for another one (4.7)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import list_lines, print_jobs, qualified_lists
from services.declaration.use_cases.filing.locked_step import lock_own_for, record_step
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def discard_list(
    tx: Transaction, list_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Void the list. Raises NotFound, StaleVersion, ListStepNotAllowed."""
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.DISCARD, actor)
    released = await list_lines.release_lines(tx, list_id)
    await print_jobs.update_cancelled(tx, "qualified_list", list_id)
    version = await qualified_lists.update_void(tx, list_id, now)
    record_step(tx, locked.entity, ListStep.DISCARD, after, actor=actor, now=now, released=released)
    return replace(locked.entity, state=after, version=version)
