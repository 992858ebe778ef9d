"""Signals in how units decide: F14 too fast or at night, F17 approved by another without a change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.facts import DeclarationFacts, ReviewerFacts
from services.declaration.domain.risk.finding import Finding, Input, Limits, scored

_RETURN: Final = "return_for_modification"
_APPROVE: Final = "approve"
_Decided = Sequence[tuple[datetime, UUID]]


def hasty_decisions(facts: ReviewerFacts, limits: Limits) -> Finding | None:
    """F14: a run of `fast` decisions each within `seconds` of the one before, or more than `night` in a night hour.

    Both measure how fast and when a person decides. The rows of a bulk are decided at once, by whoever starts it; when
    each is carried out is the worker's pace and hour, so they are told of and not counted (A38)."""
    fast = _longest_run(facts.decisions, timedelta(seconds=limits["seconds"]))
    night = _fullest_hour(facts.decisions, limits["from_hour"], limits["to_hour"])
    too_fast, too_many = len(fast) >= limits["fast"], len(night) > limits["night"]
    if not too_fast and not too_many:
        return None
    zh = f"连续 {len(fast)} 次审核间隔均不足 {limits['seconds']} 秒；深夜一小时内最多审核 {len(night)} 次。"
    en = f"{len(fast)} decisions each within {limits['seconds']} s of the last; at most {len(night)} in a night hour."
    inputs: dict[str, Input] = {"fast_decisions": len(fast), "night_decisions": len(night)}
    if facts.in_bulk:
        zh, en = (
            f"{zh}另有 {facts.in_bulk} 次为批量审核，未计入。",
            f"{en} {facts.in_bulk} more in bulk are not counted.",
        )
        inputs["in_bulk"] = facts.in_bulk
    if too_fast:
        inputs["fast_from"] = fast[0][0].isoformat()
    if too_many:
        inputs["night_from"] = night[0][0].isoformat()
    scores = [scored(limits["points"], len(fast), limits["fast"])] if too_fast else []
    scores += [scored(limits["points"], len(night), limits["night"] + 1)] if too_many else []
    seen = [*(fast if too_fast else ()), *(night if too_many else ())]
    people = tuple(dict.fromkeys(declaration for _, declaration in seen))
    return Finding(max(len(fast), len(night)), max(scores), zh, en, inputs, people)


def approved_unchanged(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F17: one administrator returned it, another approved the same content later."""
    for number, back in enumerate(facts.decisions):
        if back.action != _RETURN:
            continue
        for later in facts.decisions[number + 1 :]:
            if later.action == _APPROVE and later.by != back.by and later.content == back.content:
                zh = f"第 {back.submission} 次提交被退回，第 {later.submission} 次内容未变，由另一管理员通过。"
                en = f"Submission {back.submission} was returned, {later.submission} approved unchanged by another."
                inputs = {"returned_submission": back.submission, "approved_submission": later.submission}
                return Finding(1, limits["points"], zh, en, inputs)
    return None


def _longest_run(decisions: _Decided, within: timedelta) -> _Decided:
    """The decisions of the longest run in which each follows the one before in less than `within`."""
    best: list[tuple[datetime, UUID]] = []
    run = [*decisions[:1]]
    for before, after in pairwise(decisions):
        run = [*run, after] if after[0] - before[0] < within else [after]
        if len(run) > max(len(best), 1):
            best = run
    return best


def _fullest_hour(decisions: _Decided, begins: int, ends: int) -> _Decided:
    """The decisions of the clock hour of the night (from `begins` up to `ends`, over midnight or not) with the most."""
    hours: dict[tuple[int, int], list[tuple[datetime, UUID]]] = {}
    for at, declaration in decisions:
        of_night = begins <= at.hour < ends if begins <= ends else at.hour >= begins or at.hour < ends
        if of_night:
            hours.setdefault((at.toordinal(), at.hour), []).append((at, declaration))
    return max(hours.values(), key=len, default=[])
