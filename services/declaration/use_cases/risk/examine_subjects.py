"""Look at the subjects that wait: gather their facts, judge them, write what was found. Any number of workers do so at
the same time; nothing here refuses or changes a declaration (8.2)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.judge import judge
from services.declaration.domain.risk.rules import Subject
from services.declaration.domain.risk.thresholds import in_force
from services.declaration.storage import risk_tasks, risk_thresholds
from services.declaration.storage.risk_thresholds import Thresholds
from services.declaration.use_cases.risk.gather_facts import gather_facts
from services.declaration.use_cases.risk.record_findings import record_findings
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

BATCH: Final = 50


async def examine_subjects(tx: Transaction, *, keyring: Keyring, now: datetime, limit: int = BATCH) -> int:
    """How many were looked at. A crash puts them back; doing it twice changes nothing."""
    tasks = await risk_tasks.delete_next(tx, now, limit)
    thresholds = await risk_thresholds.select_current(tx)
    for (kind, cycle_id), group in groupby(tasks, key=lambda task: (task.kind, task.cycle_id)):
        subjects = [task.subject_id for task in group]
        await _examine(tx, kind, cycle_id, subjects, thresholds, keyring, now)
    return len(tasks)


async def _examine(
    tx: Transaction,
    kind: Subject,
    cycle_id: UUID,
    subjects: Sequence[UUID],
    thresholds: Thresholds,
    keyring: Keyring,
    now: datetime,
) -> None:
    facts = await gather_facts(tx, kind, cycle_id, subjects, keyring=keyring, now=now, trace=True)
    limits = in_force(thresholds.settings)
    found = {subject: judge(kind, known, limits) for subject, known in facts.items()}
    touched = await record_findings(
        tx, kind, cycle_id, facts, found, subjects, thresholds=thresholds, keyring=keyring, now=now
    )
    if kind == "declaration":
        await risk_tasks.insert(tx, "declaration", sorted(touched - set(subjects)), cycle_id, now)
