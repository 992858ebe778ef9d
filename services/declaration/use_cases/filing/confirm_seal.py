"""The sealed paper is complete, and the administrator confirms its seal point by point (4.7, P7)."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import PagesWithoutCodes, ScanIncomplete
from services.declaration.domain.list_pages import missing_pages
from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.domain.seal_checklist import ITEMS, require_confirmed
from services.declaration.storage import list_scans, qualified_lists
from services.declaration.storage.list_scans import ScanFile
from services.declaration.use_cases.filing.locked_step import lock_own_for, record_step
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def confirm_seal(
    tx: Transaction, list_id: UUID, confirmed: Sequence[str], *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Confirm, or confirm again after a page was replaced. The word is the account's own and stays with the list.

    Raises SealNotConfirmed, NotFound, StaleVersion, ListStepNotAllowed, PagesWithoutCodes, ScanIncomplete.
    """
    require_confirmed(confirmed)
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.UPLOAD_SEAL, actor)
    if locked.page_count is None:
        raise PagesWithoutCodes
    files = await list_scans.select_files(tx, list_id)
    if missing := missing_pages(locked.page_count, {page for file in files for page in file.pages}):
        raise ScanIncomplete(pages=locked.page_count, missing=", ".join(str(page) for page in missing))
    await list_scans.insert_checks(tx, list_id, ITEMS, actor.id, now)
    digest = _digest(files)
    version = await qualified_lists.update_scan(tx, list_id, digest, actor.id, now)
    record_step(
        tx,
        locked.entity,
        ListStep.UPLOAD_SEAL,
        after,
        actor=actor,
        now=now,
        scan_sha256=digest,
        files=len(files),
        confirmed=list(ITEMS),
    )
    return replace(locked.entity, state=after, version=version)


def _digest(files: Sequence[ScanFile]) -> str:
    """SHA-256 over the hashes of all files in the order of their pages: names the whole scan."""
    return hashlib.sha256("\n".join(file.sha256 for file in files).encode("ascii")).hexdigest()
