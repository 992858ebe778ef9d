"""An exam body asks for an export of its jurisdiction; a worker makes it (B8)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.export import ExportJob, ExportKind
from services.declaration.storage import cycles, exports, known_exam_bodies
from services.declaration.use_cases.exporting.sheets import count_rows
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.actor import Actor
from shared.exporting.errors import ExportEmpty, ExportTooLarge
from shared.exporting.job import MOST_ROWS, Filter, Reason
from shared.exporting.steps import note_request, require_turn
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def request_export(
    tx: Transaction, kind: ExportKind, wanted: Filter, reason: Reason, language: str, *, actor: Actor, now: datetime
) -> ExportJob:
    """`wanted` holds ids, codes and flags. Raises NotFound for a body outside the jurisdiction or an unknown year,
    TooManyExports, ExportTooLarge, ExportEmpty."""
    scope = scope_of(actor)
    await cycles.select(tx, UUID(str(wanted["cycle_id"])))
    body_id = UUID(str(wanted["body_id"] or scope))
    # Of the body that is looked at: its auditors see who took rows of theirs.
    path = await known_exam_bodies.select_path(tx, scope, body_id)
    await require_turn(tx, exports.EXPORTS, actor)
    job = new_job(kind, dict(wanted) | {"body_id": str(body_id)}, reason, language, path, actor, now)
    rows = await count_rows(tx, job, MOST_ROWS)
    if rows == 0:
        raise ExportEmpty
    if rows > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)
    return await keep_job(tx, job, rows, actor)


def new_job(
    kind: ExportKind,
    wanted: Filter,
    reason: Reason,
    language: str,
    path: list[UUID],
    actor: Actor,
    now: datetime,
    declaration_id: UUID | None = None,
    notices_until: datetime | None = None,
) -> ExportJob:
    """A job nothing of which is done; a packet has nothing to gather, but waits for notices."""
    return ExportJob(
        id=new_id(),
        kind=kind,
        state="writing" if kind == "packet" else "gathering",
        filter=wanted,
        language=language,
        reason_code=reason,
        declaration_id=declaration_id,
        scope_id=None if actor.kind == "candidate" else actor.scope_id,
        scope_path=path,
        created_by=actor.id,
        role=actor.role,
        rows_all=0,
        created_at=now,
        moved_at=now,
        notices_until=notices_until,
    )


async def keep_job(tx: Transaction, job: ExportJob, rows: int, actor: Actor) -> ExportJob:
    """Written down with who asked for what and why (V64)."""
    counted = replace(job, rows_all=rows)
    await exports.insert(tx, counted)
    subject = None if job.declaration_id is None else str(job.declaration_id)
    note_request(tx, counted, actor, declaration_id=subject)
    return counted
