"""Ask what other thresholds of a signal would find in the current cycle, before they are set."""

from collections.abc import Mapping
from datetime import datetime

from services.declaration.domain.risk.thresholds import checked
from services.declaration.storage import cycles, risk_thresholds, risk_trials
from services.declaration.storage.risk_trials import Trial
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def begin_trial(
    tx: Transaction, rule: str, limits: Mapping[str, int], *, enabled: bool, actor: Actor, now: datetime
) -> Trial:
    """The trial, which a worker counts. Raises RuleUnknown, ThresholdsInvalid, NoOpenCycle."""
    wanted = checked(rule, limits)
    cycle = await cycles.select_current(tx)
    version = (await risk_thresholds.select_current(tx)).version
    trial = Trial(
        new_id(), cycle.id, rule, enabled, wanted, version, "running", None, 0, 0, 0, 0, 0, actor.id, now, None
    )
    await risk_trials.insert(tx, trial)
    audit.record(
        tx, "risk.try_thresholds", actor=actor, subject_kind="risk_trial", subject_id=trial.id, at=now, rule=rule
    )
    return trial
