"""The sealed paper comes back as a scan; only the official seal counts (4.7)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import OfficialSealNotConfirmed
from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import qualified_lists
from services.declaration.storage.qualified_lists import StoredScan
from services.declaration.use_cases.filing.locked_step import lock_own_for, record_step
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def attach_sealed_scan(
    tx: Transaction,
    list_id: UUID,
    scan: StoredScan,
    *,
    official_seal: bool,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> QualifiedList:
    """Attach or replace the scan; `official_seal` is the administrator's word that no department's seal was used.

    Raises OfficialSealNotConfirmed, NotFound, StaleVersion, ListStepNotAllowed.
    """
    if not official_seal:
        raise OfficialSealNotConfirmed
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.UPLOAD_SEAL, actor)
    version = await qualified_lists.update_scan(tx, list_id, scan, actor.id, now)
    record_step(tx, locked.entity, ListStep.UPLOAD_SEAL, after, actor=actor, now=now, scan_sha256=scan.sha256)
    return replace(locked.entity, state=after, version=version)
