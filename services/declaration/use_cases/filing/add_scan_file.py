"""A file of the sealed paper comes in and is matched with its list, page by page (4.7, P7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.list_pages import PageMark
from services.declaration.domain.qualified_list import ListStep, step_to
from services.declaration.storage import list_scans, qualified_lists
from services.declaration.storage.list_scans import ScanFile
from services.declaration.use_cases.filing.matched_pages import matched_pages
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReadScan:
    """A stored file and what the codes on its sheets said."""

    object_key: str
    sha256: str
    file_kind: str
    size: int
    marks: Sequence[PageMark | None]


async def add_scan_file(tx: Transaction, list_id: UUID, scan: ReadScan, *, actor: Actor, now: datetime) -> ScanFile:
    """Keep the file. Not a step of 4.7: pages may come one photograph at a time, in any order of files.

    Raises NotFound, ListStepNotAllowed, PagesWithoutCodes, ScanDoesNotMatch.
    """
    locked = await qualified_lists.lock_own(tx, list_id, actor.scope_id)
    if locked is None:
        raise NotFound
    step_to(locked.entity.state, ListStep.UPLOAD_SEAL)
    pages = matched_pages(
        scan.marks,
        number=locked.entity.number,
        content_hash=locked.content_hash,
        pages=locked.page_count,
        uploaded=await list_scans.select_pages(tx, list_id),
    )
    file = ScanFile(new_id(), scan.object_key, scan.sha256, scan.file_kind, scan.size, actor.id, now, pages)
    await list_scans.insert_file(tx, list_id, file)
    audit.record(
        tx,
        "qualified_list.add_scan",
        actor=actor,
        subject_kind="qualified_list",
        subject_id=list_id,
        at=now,
        file=str(file.id),
        sha256=file.sha256,
        pages=len(pages),
    )
    return file
