"""Signals about supervisors: F1 too many at once, F4 a number that does not hold (5.3)."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.risk.facts import SupervisorFacts, Trainee
from services.declaration.domain.risk.finding import Finding, Limits, scored

_PHYSICIANS: Final = (1, 3)
_DAY: Final = timedelta(days=1)


def many_trainees(facts: SupervisorFacts, limits: Limits) -> Finding | None:
    """F1: the day with the most trainees, every person counted once."""
    day, people = _busiest(facts.trainees)
    if day is None or (most := len(people)) <= limits["trainees"]:
        return None
    zh = f"该带教医师在 {day.isoformat()} 同时带教 {most} 人（上限 {limits['trainees']} 人）。"
    en = f"This supervisor guided {most} people at once on {day.isoformat()} (limit {limits['trainees']})."
    score = scored(limits["points"], most, limits["trainees"] + 1)
    return Finding(most, score, zh, en, {"day": day.isoformat(), "trainees": most}, people)


def number_in_doubt(facts: SupervisorFacts, limits: Limits) -> Finding | None:
    """F4: an assistant's number, registered elsewhere, one number with two names, or a category that does not fit."""
    if not facts.trainees:
        return None
    checks = {
        "assistant_level": facts.level not in _PHYSICIANS,
        "registered_elsewhere": bool(facts.elsewhere) and not facts.multi_site,
        "two_names": facts.two_names,
        "wrong_category": bool(facts.unfit),
    }
    wrong = [name for name, found in checks.items() if found]
    if not wrong:
        return None
    zh = f"带教医师执业证书编码有 {len(wrong)} 处疑点：" + "、".join(_ZH[one] for one in wrong) + "。"
    en = f"{len(wrong)} doubts about this practising number: " + ", ".join(_EN[one] for one in wrong) + "."
    people = facts.unfit or tuple(dict.fromkeys(one.declaration_id for one in facts.trainees))
    inputs = {"doubts": wrong, "other_institutions": [str(one) for one in facts.elsewhere]}
    return Finding(len(wrong), scored(limits["points"], len(wrong), 1), zh, en, inputs, people)


_ZH: Final = {
    "assistant_level": "为执业助理医师",
    "registered_elsewhere": "同时登记在其他机构",
    "two_names": "同一编码对应两个姓名",
    "wrong_category": "执业类别与申报类别不符",
}
_EN: Final = {
    "assistant_level": "it is an assistant's",
    "registered_elsewhere": "it is registered at another institution too",
    "two_names": "it stands with two names",
    "wrong_category": "its category does not go with the declared one",
}


def _busiest(trainees: tuple[Trainee, ...]) -> tuple[date | None, tuple[UUID, ...]]:
    """The first of the days on which most different people are guided, and who they are."""
    steps = [(one.first, 1, one.declaration_id) for one in trainees if one.first <= one.last]
    # The day after date.max does not exist: who stays for ever never leaves.
    steps += [(one.last + _DAY, 0, one.declaration_id) for one in trainees if one.first <= one.last < date.max]
    present: dict[UUID, int] = {}
    best: tuple[date | None, tuple[UUID, ...]] = (None, ())
    for day, comes, who in sorted(steps):
        present[who] = present.get(who, 0) + (1 if comes else -1)
        if not present[who]:
            del present[who]
        elif comes and len(present) > len(best[1]):
            best = (day, tuple(sorted(present)))
    return best
