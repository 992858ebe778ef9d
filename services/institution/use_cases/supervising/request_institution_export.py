"""An exam body asks for a sheet of institutions of its jurisdiction; a worker makes it (B7, B8)."""

from dataclasses import replace
from datetime import datetime

from services.institution.domain.scope import scope_of
from services.institution.storage import exam_bodies, exports, supervision
from services.institution.storage.supervision import SupervisionFilter
from services.institution.use_cases.supervising.export_filter import kept_filter
from shared.actor import Actor
from shared.exporting.errors import ExportEmpty, ExportTooLarge
from shared.exporting.job import MOST_ROWS, Export, Reason
from shared.exporting.steps import note_request, require_turn
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def request_institution_export(
    tx: Transaction, wanted: SupervisionFilter, reason: Reason, language: str, *, actor: Actor, now: datetime
) -> Export:
    """What the list of the same filter shows. Raises NotFound for a body outside the jurisdiction, TooManyExports,
    ExportTooLarge, ExportEmpty."""
    scope = scope_of(actor)
    # Of the body that is looked at: its auditors see who took rows of theirs.
    looked_at = (await exam_bodies.select(tx, wanted.body_id or scope, scope)).body
    await require_turn(tx, exports.EXPORTS, actor)
    rows = await supervision.count(tx, scope, wanted, MOST_ROWS)
    if rows == 0:
        raise ExportEmpty
    if rows > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)
    job = Export(
        id=new_id(),
        kind="institutions",
        state="writing",
        filter=kept_filter(replace(wanted, body_id=looked_at.id)),
        language=language,
        reason_code=reason,
        scope_id=scope,
        scope_path=list(looked_at.path),
        created_by=actor.id,
        role=actor.role,
        rows_all=rows,
        created_at=now,
        moved_at=now,
    )
    await exports.insert(tx, job)
    note_request(tx, job, actor)
    return job
