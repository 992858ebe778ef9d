"""Signals about an institution's year: F2 physicians, F3 growth, F13 guessed codes, F18 sanctioned before."""

from typing import Final

from services.declaration.domain.counting import add_months
from services.declaration.domain.risk.facts import InstitutionFacts
from services.declaration.domain.risk.finding import Finding, Input, Limits, scored

_SMALL: Final = ("clinic", "village_clinic")


def too_few_physicians(facts: InstitutionFacts, limits: Limits) -> Finding | None:
    """F2: more trainees of a category than `ratio` per licensed physician of it, or no such physician."""
    if not facts.physicians:
        return None
    wrong = [
        (family, trainees, facts.physicians.get(family, 0))
        for family, trainees in sorted((facts.trainees or {}).items())
        if trainees > limits["ratio"] * facts.physicians.get(family, 0)
    ]
    if not wrong:
        return None
    worst = max(wrong, key=lambda one: one[1] - limits["ratio"] * one[2])
    shown = [f"{family}: {trainees}/{physicians}" for family, trainees, physicians in wrong]
    zh = f"有 {len(wrong)} 个类别的试用人数超过执业医师数的 {limits['ratio']} 倍（或无该类别医师）。"
    en = f"In {len(wrong)} categories there are more than {limits['ratio']} trainees per physician, or no physician."
    score = scored(limits["points"], worst[1], limits["ratio"] * worst[2] + 1)
    return Finding(worst[1], score, zh, en, {"trainees_to_physicians": shown})


def sudden_growth(facts: InstitutionFacts, limits: Limits) -> Finding | None:
    """F3: more than `times` last year's number and at least `least`; or more than `clinic` at a clinic."""
    small = facts.kind in _SMALL and facts.declared > limits["clinic"]
    grown = (
        facts.before is not None
        and facts.declared >= limits["least"]
        and facts.declared > limits["times"] * facts.before
    )
    if not small and not grown:
        return None
    last = "无" if facts.before is None else facts.before
    zh = f"本年度申报 {facts.declared} 人，上年度 {last}" + ("；该机构为诊所或村卫生室。" if small else " 人。")
    before = "none" if facts.before is None else facts.before
    en = f"{facts.declared} people this year, {before} the year before" + ("; it is a clinic." if small else ".")
    limit = limits["clinic"] + 1 if small else max(limits["least"], limits["times"] * (facts.before or 0) + 1)
    inputs: dict[str, Input] = {"this_year": facts.declared, "kind": facts.kind}
    if facts.before is not None:
        inputs["last_year"] = facts.before
    return Finding(facts.declared, scored(limits["points"], facts.declared, limit), zh, en, inputs)


def guessed_codes(facts: InstitutionFacts, limits: Limits) -> Finding | None:
    """F13: so many wrong confirmation codes, as institution told of them."""
    if facts.wrong_codes < limits["wrong"]:
        return None
    zh = f"单位确认码本年度被试错 {facts.wrong_codes} 次。"
    en = f"Wrong confirmation codes were typed {facts.wrong_codes} times this year."
    score = scored(limits["points"], facts.wrong_codes, limits["wrong"])
    return Finding(facts.wrong_codes, score, zh, en, {"wrong_codes": facts.wrong_codes})


def sanctioned_before(facts: InstitutionFacts, limits: Limits) -> Finding | None:
    """F18: an exam body sanctioned it in the last years, and people declare there again."""
    since = add_months(facts.today, -12 * limits["years"])
    recent = sorted((on, rule) for rule, on in facts.sanctions if on >= since)
    if not recent or not facts.declared:
        return None
    zh = f"该机构近 {limits['years']} 年内有 {len(recent)} 次被考试管理机构处理的记录。"
    en = f"Exam bodies sanctioned this institution {len(recent)} times in the last {limits['years']} years."
    inputs = {"sanctions": [f"{on.isoformat()}: {rule}" for on, rule in recent]}
    return Finding(len(recent), scored(limits["points"], len(recent), 1), zh, en, inputs)
