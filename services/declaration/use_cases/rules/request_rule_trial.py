"""Ask for a dry run: what would a draft change for those who declared this year?"""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.rule_differences import TrialCounts
from services.declaration.domain.rule_errors import DraftClosed, TrialRunning
from services.declaration.storage import rule_drafts, rule_trials
from services.declaration.storage.rule_trials import RuleTrial
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def request_rule_trial(tx: Transaction, draft_id: UUID, *, most: int, actor: Actor, now: datetime) -> RuleTrial:
    """The dry run, which a worker carries out; at most `most` declarations are judged. Raises NotFound, DraftClosed,
    TrialRunning."""
    draft = await rule_drafts.select(tx, draft_id)
    if draft.state != "open":
        raise DraftClosed
    trial = RuleTrial(
        new_id(), draft.id, draft.version, draft.cycle_id, "running", 0, most, None, TrialCounts(), now, None
    )
    if not await rule_trials.insert(tx, trial, actor.id):
        raise TrialRunning
    audit.record(
        tx,
        "rule_draft.try",
        actor=actor,
        subject_kind="rule_draft",
        subject_id=draft.id,
        at=now,
        draft_version=draft.version,
    )
    return await rule_trials.select(tx, draft.id, trial.id)
