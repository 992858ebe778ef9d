"""Start editing the rules of a year: a draft copied from the version in force."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import require_changeable
from services.declaration.domain.rule_errors import DraftExists, RulesWaiting
from services.declaration.storage import cycles, rule_drafts, rule_publications
from services.declaration.storage.rule_drafts import RuleDraft
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def open_rule_draft(tx: Transaction, cycle_id: UUID, *, actor: Actor, now: datetime) -> RuleDraft:
    """The draft. Raises NotFound, CycleFinished, DraftExists; RulesWaiting while a published version waits for its
    moment."""
    cycle = await cycles.lock(tx, cycle_id)
    require_changeable(cycle)
    if await rule_publications.select_has_waiting(tx, cycle.id):
        raise RulesWaiting
    draft_id = new_id()
    if not await rule_drafts.insert(tx, draft_id, cycle.id, cycle.catalogue_version, actor.id, now):
        raise DraftExists
    audit.record(
        tx,
        "rule_draft.open",
        actor=actor,
        subject_kind="rule_draft",
        subject_id=draft_id,
        at=now,
        after="open",
        cycle_year=cycle.year,
        base_version=cycle.catalogue_version,
    )
    return await rule_drafts.select(tx, draft_id)
