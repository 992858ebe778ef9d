"""An exam body decides about a hit (8.2). Nothing follows by itself: declarations are revoked by their own decision."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.risk.hit import Decision, require_decidable
from services.declaration.storage import risk_decisions
from services.declaration.storage.risk_decisions import LockedHit, reason_place
from services.declaration.storage.risk_hits import DATA_CLASS
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


async def decide_hit(
    tx: Transaction,
    keyring: Keyring,
    hit_id: UUID,
    decision: Decision,
    reason: str,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> LockedHit:
    """The hit after it. Raises NotFound, StaleVersion, HitCleared, HitDecided."""
    hit = await risk_decisions.lock_in_scope(tx, hit_id, actor.scope_id, expected_version)
    require_decidable(hit.state, decision)
    sealed = seal_text(keyring, DATA_CLASS, reason_place(hit.id, hit.version + 1), reason)
    version = await risk_decisions.insert(tx, hit.id, decision, sealed, actor.id, actor.role, now)
    audit.record(
        tx,
        "risk.decide",
        actor=actor,
        subject_kind="risk_hit",
        subject_id=hit.id,
        at=now,
        before=hit.state,
        after=decision,
        rule=hit.rule,
        institution_id=str(hit.institution_id),
    )
    return replace(hit, state=decision, version=version)
