"""Count one more batch of the oldest trial: what its rule finds now, and what it would find."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from services.declaration.domain.risk.facts import Facts
from services.declaration.domain.risk.judge import judge
from services.declaration.domain.risk.thresholds import in_force, rule_named
from services.declaration.storage import risk_thresholds, risk_trials
from services.declaration.storage.risk_trials import Trial
from services.declaration.use_cases.risk.gather_facts import gather_facts
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import SealBroken

BATCH: Final = 100
log = structlog.get_logger()


async def advance_trial(tx: Transaction, *, keyring: Keyring, now: datetime, limit: int = BATCH) -> int:
    """1 while there is something left to count, else 0. A crash repeats a batch; nothing is counted twice."""
    if (trial := await risk_trials.lock_next(tx)) is None:
        return 0
    kind, rule = rule_named(trial.rule).subject, trial.rule
    subjects = await risk_trials.select_subjects(tx, kind, trial.cycle_id, trial.after_subject, limit)
    facts = await _facts(tx, trial, subjects, keyring, now)
    settings = in_force((await risk_thresholds.select_current(tx)).settings)
    today = {rule: settings[rule]} if rule in settings else {}
    wanted = {rule: trial.limits} if trial.enabled else {}
    found_now = {subject for subject, known in facts.items() if judge(kind, known, today)}
    found_then = {subject for subject, known in facts.items() if judge(kind, known, wanted)}
    over = len(subjects) < limit
    counted = replace(
        trial,
        after_subject=subjects[-1] if subjects else trial.after_subject,
        subjects=trial.subjects + len(facts),
        found_now=trial.found_now + len(found_now),
        found_then=trial.found_then + len(found_then),
        would_appear=trial.would_appear + len(found_then - found_now),
        would_vanish=trial.would_vanish + len(found_now - found_then),
        state="done" if over else "running",
        done_at=now if over else None,
    )
    await risk_trials.update(tx, counted)
    return 1


async def _facts(
    tx: Transaction, trial: Trial, subjects: Sequence[UUID], keyring: Keyring, now: datetime
) -> Mapping[UUID, Facts]:
    """Of those that can be opened: where one can not, each is looked at by itself, and that one is not counted."""
    kind = rule_named(trial.rule).subject
    try:
        return await gather_facts(tx, kind, trial.cycle_id, subjects, keyring=keyring, now=now, trace=False)
    except SealBroken:
        if len(subjects) == 1:
            log.error("risk_subject_left_out", trial_id=str(trial.id), kind=kind, subject_id=str(subjects[0]))
            return {}
    found: dict[UUID, Facts] = {}
    for subject in subjects:
        found.update(await _facts(tx, trial, [subject], keyring, now))
    return found
