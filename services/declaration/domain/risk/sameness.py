"""Signals of sameness: F7 devices, F9 texts, F10 files, F16 persons, F15 against last year, F6 far from here."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.counting import Interval, merge
from services.declaration.domain.risk.facts import DeclarationFacts, Practice, Study
from services.declaration.domain.risk.finding import Finding, Input, Limits, scored
from services.declaration.domain.risk.intervals import common, days_in

_DAY: Final = timedelta(days=1)


def far_from_here(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F6: neither the ID area nor the school lies in the province."""
    basis, here = facts.basis, str(limits["province"])
    if basis is None or facts.id_province in (None, here) or facts.school_in_province:
        return None
    zh = f"身份证地区（{facts.id_province}）与毕业院校（{basis.school}）均在省外。"
    en = f"ID area ({facts.id_province}) and school ({basis.school}) both lie outside the province."
    inputs = {"id_province": str(facts.id_province), "school": basis.school}
    return Finding(1, limits["points"], zh, en, inputs)


def same_device(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F7: several candidates on one device or from one address, or a candidate and an admin on one device."""
    device, address = _sharing(facts, "device"), _sharing(facts, "address")
    admins = {one.who for one in facts.sharers if one.used == "device" and one.declaration_id is None}
    people: set[UUID] = set()
    said: list[tuple[str, str]] = []
    if len(device) + 1 >= limits["people"]:
        people |= device
        said.append((f"同一设备上另有 {len(device)} 名考生登录", f"device used by {len(device)} other candidates"))
    if len(address) + 1 >= limits["address_people"]:
        people |= address
        said.append(
            (f"同一网络地址另有 {len(address)} 名考生登录", f"address shared by {len(address)} other candidates")
        )
    if admins:
        said.append((f"该设备登录过 {len(admins)} 个管理账号", f"device used by {len(admins)} staff accounts"))
    if not said:
        return None
    inputs: dict[str, Input] = {
        "on_device": len(device),
        "at_address": len(address),
        "staff_accounts": sorted(map(str, admins)),
    }
    value = len(people) + len(admins)
    zh, en = "；".join(one[0] for one in said) + "。", "; ".join(one[1] for one in said).capitalize() + "."
    return Finding(value, scored(limits["points"], value, limits["people"]), zh, en, inputs, tuple(sorted(people)))


def _sharing(facts: DeclarationFacts, used: str) -> set[UUID]:
    return {one.declaration_id for one in facts.sharers if one.used == used and one.declaration_id is not None}


def same_text(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F9: a text of some length, nearly the same at another institution."""
    alike = [one for one in facts.alike if one.percent > limits["percent"] and one.shingles >= limits["shingles"]]
    if not alike:
        return None
    most = max(one.percent for one in alike)
    people = tuple(sorted({one.declaration_id for one in alike}))
    zh = f"工作总结或考核意见与其他机构 {len(people)} 人的文字最多 {most}% 相同。"
    en = f"Work summary or opinion up to {most}% the same as those of {len(people)} people at other institutions."
    inputs: dict[str, Input] = {"percent": most, "texts": sorted({one.source for one in alike})}
    return Finding(most, scored(limits["points"], len(people), 1), zh, en, inputs, people)


def same_file(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F10: a file that somebody else handed in too."""
    if not facts.twins:
        return None
    people = tuple(sorted({one.declaration_id for one in facts.twins}))
    kinds = sorted({one.kind for one in facts.twins})
    zh = f"有文件与另外 {len(people)} 人提交的文件完全相同。"
    en = f"A file is identical with one of {len(people)} other people."
    return Finding(len(people), scored(limits["points"], len(people), 1), zh, en, {"kinds": kinds}, people)


def two_identities(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F16: another verified person seems to be the same one."""
    if not facts.namesakes:
        return None
    kinds, count = sorted({one.kind for one in facts.namesakes}), len(facts.namesakes)
    zh = f"另有 {count} 名已实名人员的姓名与出生日期（或证件号码）与本人相同。"
    en = f"{count} other verified people share name and birth date, or the document number."
    people = tuple(sorted({one.declaration_id for one in facts.namesakes if one.declaration_id is not None}))
    return Finding(count, limits["points"], zh, en, {"alike_by": kinds}, people)


def contradicts_last_year(facts: DeclarationFacts, limits: Limits) -> Finding | None:
    """F15: days claimed now that last year's declaration did not know, or another school for the same degree."""
    if (earlier := facts.earlier) is None:
        return None
    new = [when for row in facts.practices for when in _unknown_then(row, earlier.practices, earlier.on)]
    days, degrees = days_in(new), _other_degrees(facts.studies, earlier.studies)
    if days <= limits["days"] and not degrees:
        return None
    zh = f"与上年度申报不符：{days} 天的试用经历上年未申报；学历信息不一致 {len(degrees)} 项。"
    en = f"Differs from last year: {days} days of probation were not declared then; {len(degrees)} degrees differ."
    shown = [f"{first.isoformat()}..{last.isoformat()}" for first, last in new]
    inputs = {"unknown_last_year": shown, "degrees": degrees, "last_year_on": earlier.on.isoformat()}
    value = max(days, len(degrees))
    score = scored(limits["points"], value, max(limits["days"], 30))
    return Finding(value, score, zh, en, inputs, (earlier.declaration_id,))


def _unknown_then(row: Practice, then: tuple[Practice, ...], on: date) -> list[Interval]:
    """The days of a row up to last year's declaration that were not claimed at that place then."""
    last = min(row.last, on)
    left: list[Interval] = [(row.first, last)] if row.first <= last else []
    for known in merge(
        (one.first, one.last) for one in then if one.place_key == row.place_key and one.first <= one.last
    ):
        left = [piece for interval in left for piece in _without(interval, known)]
    return left


def _without(interval: Interval, taken: Interval) -> list[Interval]:
    first, last = common(interval, taken)
    if first > last:
        return [interval]
    pieces = []
    if interval[0] < first:
        pieces.append((interval[0], first - _DAY))
    if last < interval[1]:
        pieces.append((last + _DAY, interval[1]))
    return pieces


def _other_degrees(now: tuple[Study, ...], then: tuple[Study, ...]) -> list[str]:
    """Levels whose school or day of graduation is another one now, where both years name one degree of the level."""
    one_then = {one.level: one for one in then if sum(other.level == one.level for other in then) == 1}
    return sorted(
        one.level
        for one in now
        if sum(other.level == one.level for other in now) == 1
        and (before := one_then.get(one.level)) is not None
        and (one.school != before.school or (before.last is not None and one.last != before.last))
    )
