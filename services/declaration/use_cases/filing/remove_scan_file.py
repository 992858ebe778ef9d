"""Take a blurred or wrong file off the sealed scan; what was confirmed of the paper before does not hold (4.7, P7)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import FileNotThere
from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import list_scans, qualified_lists
from services.declaration.use_cases.filing.locked_step import lock_own_for
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def remove_scan_file(
    tx: Transaction, list_id: UUID, file_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Remove it. Raises NotFound, StaleVersion, ListStepNotAllowed, FileNotThere."""
    locked, _ = await lock_own_for(tx, list_id, expected_version, ListStep.UPLOAD_SEAL, actor)
    if not await list_scans.delete_file(tx, list_id, file_id):
        raise FileNotThere
    await list_scans.delete_checks(tx, list_id)
    version = await qualified_lists.update_scan_unconfirmed(tx, list_id, now)
    audit.record(
        tx,
        "qualified_list.remove_scan",
        actor=actor,
        subject_kind="qualified_list",
        subject_id=list_id,
        at=now,
        file=str(file_id),
    )
    return replace(locked.entity, version=version)
