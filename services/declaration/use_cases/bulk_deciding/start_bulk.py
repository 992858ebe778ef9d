"""Its maker starts a checked bulk (A38)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.bulk_decision import BulkDecision
from services.declaration.storage import bulk_decisions
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def start_bulk(tx: Transaction, bulk_id: UUID, version: int, *, actor: Actor, now: datetime) -> BulkDecision:
    """The worker carries out its waiting rows from now on. Raises NotFound, StaleVersion, BulkNotChecked."""
    bulk = await bulk_decisions.lock(tx, bulk_id, actor.id, scope_of(actor))
    if bulk.version != version:
        raise StaleVersion(current=bulk.version, state=bulk.state)
    bulk.require_startable()
    started = await bulk_decisions.update_started(tx, bulk.id, now)
    audit.record(
        tx,
        "bulk_decision.start",
        actor=actor,
        subject_kind="bulk_decision",
        subject_id=bulk.id,
        at=now,
        before=bulk.state,
        after=started.state,
        waiting=bulk.waiting,
    )
    return started
