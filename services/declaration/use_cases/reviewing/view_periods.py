"""Show a reviewer the probation of a submission as a line (P8). The look is audited: it shows a person's data (V64)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.period_timeline import PeriodTimeline, period_timeline
from services.declaration.storage import cycles, declarations, snapshots
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def view_periods(
    tx: Transaction, declaration_id: UUID, *, keyring: Keyring, actor: Actor, now: datetime
) -> PeriodTimeline:
    """Of what was handed in last. Raises NotFound."""
    declaration = await declarations.select_in_institution(tx, declaration_id, scope_of(actor))
    snapshot = await snapshots.select(tx, keyring, declaration.id, declaration.submission)
    cycle = await cycles.select(tx, declaration.cycle_id)
    audit.record(
        tx,
        "declaration.view_periods",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        submission=declaration.submission,
    )
    return period_timeline(snapshot.content.periods, cycle, now.astimezone(SHANGHAI).date())
