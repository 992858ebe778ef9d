"""The institution prints its list: from here on paper may exist (4.7)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import print_queue, qualified_lists
from services.declaration.use_cases.filing.locked_step import lock_own_for, record_step
from services.declaration.use_cases.filing.refuse_unprinted import refuse_unprinted
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def print_list(
    tx: Transaction, list_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Mark as printed. Raises NotFound, StaleVersion, ListStepNotAllowed, FileNotReady, FileNotPrintable."""
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.PRINT, actor)
    if not locked.pdf_ready:
        refuse_unprinted("qualified_list", await print_queue.select_place(tx, "qualified_list", list_id))
    version = await qualified_lists.update_printed(tx, list_id, actor.id, now)
    record_step(tx, locked.entity, ListStep.PRINT, after, actor=actor, now=now)
    return replace(locked.entity, state=after, version=version)
