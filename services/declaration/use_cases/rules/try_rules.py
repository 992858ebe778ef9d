"""Carry out a dry run, a batch at a time: each declaration is judged twice on the same facts, by the rules it goes by
and by the draft. Counts and position are one commit, so that a kill loses nothing and counts nobody twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.cycle_errors import CategoryNotOffered
from services.declaration.domain.eligibility import Rule, compile_rules, evaluate
from services.declaration.domain.eligibility_terms import Ground
from services.declaration.domain.facts import Choice, applicant_of, counted, gather
from services.declaration.storage import rule_drafts, rule_trials, submissions
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.rule_trials import RuleTrial
from services.declaration.storage.submissions import Case
from services.declaration.use_cases.submitting.submit_declarations import open_case
from shared.clock import SHANGHAI
from shared.failpoints import failpoint
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

BATCH: Final = 50
"""Some 50 ms of work between two looks at the rest of the world."""


@dataclass(frozen=True, slots=True)
class TryingParts:
    """What judging needs."""

    keyring: Keyring
    catalogues: CatalogueCache


async def try_rules(tx: Transaction, parts: TryingParts, *, now: datetime) -> bool:
    """One batch of the oldest dry run; False when there is none, or somebody else works on it."""
    if (trial := await rule_trials.lock_next(tx)) is None:
        return False
    draft = await rule_drafts.select(tx, trial.draft_id)
    if draft.version != trial.draft_version or draft.state != "open":
        await rule_trials.update(tx, trial, "outdated", trial.after_id, now)
        return True
    left = trial.most - trial.counts.judged - trial.counts.skipped
    declared = await rule_trials.select_declared(tx, trial.cycle_id, trial.after_id, min(BATCH, left))
    if not declared:
        await rule_trials.update(tx, trial, "done", trial.after_id, now)
        return True
    rules = compile_rules(await rule_drafts.select_rows(tx, draft.id))
    cases = await submissions.select_many(tx, declared)
    known = {case.versions for case in cases if case is not None}
    versions = {pair: await parts.catalogues.get_under(tx, pair) for pair in known}
    for case in cases:
        _judge(trial, case, versions, rules, parts.keyring, now)
    await rule_trials.update(tx, trial, "running", declared[-1][0], None)
    failpoint("rules.before_trial_commit")
    return True


def _judge(
    trial: RuleTrial,
    case: Case | None,
    versions: dict[tuple[int, int], Catalogue],
    rules: Sequence[Rule],
    keyring: Keyring,
    now: datetime,
) -> None:
    if case is None or case.identity is None:
        trial.counts.skipped += 1
        return
    catalogue = versions[case.versions]
    try:
        category = catalogue.choose(case.cycle.year, case.exam_level, case.route, case.category_code)
    except CategoryNotOffered:
        trial.counts.skipped += 1
        return
    opened = open_case(case, keyring)
    choice = Choice(case.exam_level, case.route, case.category_code, category.family)
    applicant = applicant_of(opened.identity.document_type, opened.identity.document_no, case.banned_until)
    ground = Ground(case.cycle, case.terms, now.astimezone(SHANGHAI).date())
    time = counted(opened.content, case.cycle)
    facts = gather(opened.content, choice, applicant, case.files, time, ground)
    trial.counts.add(case.number, evaluate(catalogue.rules, facts), evaluate(rules, facts))
