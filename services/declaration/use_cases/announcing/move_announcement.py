"""Who may change the dates pauses, resumes or cancels the telling of them, between two slices (P16)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.announcement import Announcement, Command
from services.declaration.domain.announcement_errors import AnnouncementOfZone
from services.declaration.storage import announcement_slices, announcements
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction

_SLICES: Final = {"pause": "held", "resume": "open", "cancel": "dropped"}


async def move_announcement(
    tx: Transaction,
    announcement_id: UUID,
    command: Command,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Announcement:
    """The announcement with how many were told until now: slices in workers' hands are waited for, what was told stays
    told. Raises NotFound outside the jurisdiction, AnnouncementOfZone, StaleVersion, AnnouncementOver,
    AnnouncementPaused, AnnouncementNotPaused."""
    if actor.scope_id is None:
        raise NotFound
    one = await announcements.lock_in_scope(tx, announcement_id, actor.scope_id)
    if one.exam_body_id is None and actor.role != "zone_admin":
        raise AnnouncementOfZone
    if one.version != expected_version:
        raise StaleVersion(current=one.version, state=one.state.value)
    state = one.after_command(command)
    await announcement_slices.update_untold(tx, one.id, _SLICES[command])
    await announcements.update_moved(tx, one.id, state, reason, now)
    moved = await announcements.select(tx, one.id)
    audit.record(
        tx,
        f"announcement.{command}",
        actor=actor,
        subject_kind="announcement",
        subject_id=one.id,
        at=now,
        before=one.state.value,
        after=state.value,
        why=reason,
        told=moved.told,
        total=moved.total,
    )
    return moved
