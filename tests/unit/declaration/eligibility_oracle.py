"""Section 6 told a second time, in plain code that shares nothing with the engine and its rows: which rules stand
against a person in the exam year 2027, by their number in the table: R01 to R29, P09, and D for the documents."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from tests.unit.declaration.eligibility_words import COURSES, MODERN, NEVER, PUBLIC_POSTS, RELATED, UNRELATED
from tests.unit.declaration.judging import DEGREE, Person

REGISTRATION, COMPLETION = date(2027, 1, 11), date(2027, 8, 31)
FAMILIES = {"10": "clinical", "20": "dental", "30": "public_health", "40": "tcm", "50": "integrated"}
ABROAD = {"hk_id": "hong_kong", "tw_travel_permit": "taiwan", "passport": "foreign"}


def day(text: Any) -> date | None:
    """A date of a form."""
    return None if text is None else date.fromisoformat(text)


def later(first: date, months: int) -> date:
    """The same day so many months later, the last of the month where there is none."""
    year, month = first.year, first.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    for number in (first.day, 30, 29, 28):
        try:
            return date(year, month, min(number, first.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def lasts(first: date, last: date, months: int) -> bool:
    """Whether an interval is at least so many months long, both days counted."""
    return last >= later(first, months) - timedelta(days=1)


def says(text: str | None, words: list[str]) -> bool:
    """Whether one of the words stands in the text."""
    return any(word in (text or "") for word in words)


def place(row: dict[str, Any]) -> str | None:
    """Where a row was spent."""
    return row.get("institution_id") or row.get("institution_name")


class Told:
    """A person's form, read again from what was typed."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._days: dict[date, set[date]] = {}
        self.degree: dict[str, Any] = DEGREE | person.degree
        self.level: str = self.degree["level"]
        self.form: str = self.degree["form"]
        self.major: str = self.degree["major"]
        self.enrolled, self.graduated = date.fromisoformat(self.degree["enrolled_on"]), day(self.degree["graduated_on"])
        self.awarded: str = self.degree.get("awarded_in", "mainland")
        self.region = ABROAD.get(person.document_type, "mainland")
        self.family = FAMILIES[person.code[1:]]
        self.by_education = person.route == "prescribed_education"
        self.physician = person.level == "licensed_physician"
        self.fresh: bool = person.more.get("fresh_graduate", False)
        self.upgrade: bool = person.more.get("is_assistant_upgrade", False)
        self.assistant: dict[str, Any] = person.more.get("assistant", {}) if self.upgrade else {}
        self.registered = day(self.assistant.get("first_registration_date"))
        self.qualified = int(self.assistant.get("qualification_certificate_no", "9999")[:4])
        self.cutoff = person.terms.practice_cutoff or COMPLETION
        self.ungraduated = self.graduated is not None and self.graduated > person.today
        professional = self.level in ("11", "14") and self.degree["degree_type"] == "professional"
        self.postgraduate_of_the_year = professional and self.graduated is not None and self.graduated.year == 2027

    def has(self, *kinds: str) -> bool:
        """Whether all these documents lie with it."""
        return set(kinds) <= set(self.person.documents)

    def days(self, until: date, only: Callable[[dict[str, Any]], bool] | None = None) -> set[date]:
        """Every day of probation up to a day, in all rows or in some."""
        if only is None and (known := self._days.get(until)) is not None:
            return known
        found = set[date]()
        for row in self.person.periods:
            first, last = day(row["from"]), day(row.get("to")) or until
            if first is not None and (only is None or only(row)):
                found |= {first + timedelta(days=n) for n in range((min(last, until) - first).days + 1)}
        if only is None:
            self._days[until] = found
        return found

    def year_in(self, only: Callable[[dict[str, Any]], bool]) -> bool:
        """A year without a gap at registration, some rows alone."""
        return any(lasts(*run, 12) for run in self.runs(self.days(REGISTRATION, only)))

    def runs(self, days: set[date]) -> list[tuple[date, date]]:
        """Days in a row."""
        starts = sorted(one for one in days if one - timedelta(days=1) not in days)
        ends = sorted(one for one in days if one + timedelta(days=1) not in days)
        return list(zip(starts, ends, strict=True))

    def full(self, until: date) -> bool:
        """Twelve months in one piece, or 365 days in several (B14, R09)."""
        days = self.days(until)
        runs = self.runs(days)
        return any(lasts(*run, 12) for run in runs) or (len(runs) > 1 and len(days) >= 365)

    def practised(self, months: int) -> bool:
        """Since the first registration (R02, R03, R27)."""
        return self.registered is not None and lasts(self.registered, self.cutoff, months)


def stands_against(person: Person) -> set[str]:
    """The numbers of all rules that fail."""
    told = Told(person)
    ways = list(_ways(told))
    closed = set() if any(is_open for _, is_open in ways) else ({number for number, _ in ways} or {"R00"})
    return closed | set(_blocks(told)) | set(_dates_of_schooling(told)) | set(_majors(told)) | set(_papers(told))


def _ways(t: Told) -> Iterator[tuple[str, bool]]:
    person, year = t.person, t.full(REGISTRATION) or t.fresh
    at_home = t.region == "mainland" or t.awarded == "mainland"
    if not t.by_education:
        expertise = person.more.get("expertise", {})
        began, ended = day(expertise.get("began_on")), day(expertise.get("ended_on"))
        three_years = began is not None and ended is not None and lasts(began, ended, 36)
        enough = expertise.get("kind") == "expertise" or three_years
        yield "R06", enough and t.has("expertise_certificate") and person.code[0] in "34"
        return
    if t.region == "taiwan" and t.awarded == "taiwan":
        tertiary = t.year_in(lambda row: row.get("institution_grade", "").startswith("三级"))
        yield "R25", tertiary or t.has("taiwan_licence", "degree_authentication")
    if t.physician and t.level in ("11", "14", "21") and at_home:
        yield "R01", year
    if t.physician and t.level == "31":
        yield "R02", t.upgrade and t.practised(24)
    if t.physician and t.level == "41" and person.terms.transitional_secondary:
        yield "R03", t.upgrade and t.practised(60)
    if not t.physician and t.level in ("11", "14", "21", "31") and at_home:
        yield "R04", year
    if not t.physician and t.level == "41" and person.terms.transitional_secondary:
        yield "R05", year


def _blocks(t: Told) -> Iterator[str]:
    person = t.person
    upgraded_by_practice = t.upgrade and t.level not in ("11", "14", "21")
    from_taiwan = t.region == "taiwan" and t.awarded == "taiwan"
    if not t.full(REGISTRATION) and not t.fresh and not upgraded_by_practice and not from_taiwan:
        yield "R07"
    starts = [date.fromisoformat(row["from"]) for row in person.periods if row["from"]]
    in_time = t.full(COMPLETION) and bool(starts) and min(starts) <= date(2026, 8, 31)
    of_last_year = t.graduated is not None and t.graduated.year == 2026
    if t.fresh and not (in_time and of_last_year and t.has("undertaking_letter")):
        yield "R08"
    if t.by_education != (person.code[0] in "12"):
        yield "R06"
    soldier = person.more.get("is_active_military", False)
    if soldier or any("解放军" in (row.get("institution_name") or "") for row in person.periods):
        yield "R10"
    if t.upgrade:
        other = t.assistant.get("practising_category_code", "   ")[1:] != person.code[1:]
        if not t.physician or (other and t.by_education):
            yield "R11"
    if person.banned_until is not None and person.banned_until >= person.today:
        yield "R29"
    if t.by_education and t.level == "41" and not person.terms.transitional_secondary:
        yield "R03"
    if t.region != "mainland" and t.awarded == "mainland":
        mainland = t.level in ("11", "14", "21") and t.form == "full_time" and t.family in ("clinical", "tcm", "dental")
        places = set(map(place, person.periods))
        if not mainland or not any(t.year_in(partial(_is_at, at)) for at in places):
            yield "R24"


def _is_at(here: Any, row: dict[str, Any]) -> bool:
    return bool(place(row) == here)


def _dates_of_schooling(t: Told) -> Iterator[str]:
    """Of the degree declared with; whoever learned from a master declares with none."""
    if not t.by_education:
        return
    on, clinical_assistant = t.enrolled, not t.physician and t.family == "clinical"
    if t.level == "44" or (t.level == "41" and "职工中专" in t.degree["school"] and on >= date(1999, 1, 1)):
        yield "R15"
    if t.level == "41":
        rural, care = "农村医学" in t.major, "卫生保健" in t.major
        too_late = on >= date(2011, 1, 1) and not (rural and clinical_assistant)
        only_assistant = (rural and on >= date(2010, 9, 1)) or (care and date(2000, 9, 25) <= on <= date(2010, 12, 31))
        if too_late or (only_assistant and not clinical_assistant):
            yield "R16"
        closed = says(t.major, ["社区医学", "预防医学", "妇幼", "医学影像", "口腔"]) and on >= date(2001, 9, 1)
        if closed or ("中西医" in t.major and on >= date(2007, 1, 1)):
            yield "R17"
    evening = t.form == "part_time" and t.level in ("21", "31", "41")
    if evening or t.form in ("adult", "self_study", "distance"):
        registered_before = t.registered is not None and t.registered < on
        was_assistant = t.upgrade and t.physician and (registered_before or t.qualified < on.year)
        secondary = t.level == "41" and on > date(2001, 8, 31)
        if secondary or (on > date(2002, 10, 31) and not was_assistant):
            yield "R18"
    if t.level in ("11", "14") and t.degree["degree_type"] == "academic":
        earlier = t.family == "clinical" and not t.has("internship_proof")
        if on >= date(2015, 1, 1) or earlier:
            yield "R19"
    if t.ungraduated and not t.postgraduate_of_the_year:
        yield "R20"
    direction = "方向" in t.major or ("（" in t.major and not says(t.major, COURSES))
    if t.level in ("21", "31") and direction and on >= date(2010, 1, 1) and not t.degree.get("direction_approved"):
        yield "R21"
    yield from _lengths(t)


def _lengths(t: Told) -> Iterator[str]:
    began_after, on, end = t.degree.get("entered_from"), t.enrolled, t.graduated
    if t.level == "21" and on >= date(2015, 9, 1):
        short = began_after is None and end is not None and not lasts(on, end, 43)
        major = t.degree.get("associate_major")
        if (began_after == "associate" or short) and (not says(major, RELATED) or says(major, UNRELATED)):
            yield "R22"
    if t.level == "31":
        long = began_after is None and end is not None and lasts(on, end, 56)
        five_years = (began_after == "junior_high" or long) and on >= date(2014, 1, 1)
        if five_years or ("中西医" in t.major and on >= date(2009, 1, 1)):
            yield "R23"


def _majors(t: Told) -> Iterator[str]:
    if not t.by_education:
        return
    major = t.major.translate(MODERN)
    if says(major, NEVER):
        yield "R14"
    bachelor_on_a_post = "临床医学" in major and t.level in ("11", "14", "21")
    posts = [f"{row['department']} {row['position']}" for row in t.person.periods if row["is_current"]]
    fits = {
        "clinical": not says(major, ["口腔", "牙医", "齿科", "中医", "针灸", "中西医", "预防医学", "公共卫生"]),
        "dental": says(major, ["口腔", "牙医", "齿科"]),
        "public_health": says(major, ["预防医学", "公共卫生", "妇幼保健", "卫生检验"])
        or (bachelor_on_a_post and any(says(post, PUBLIC_POSTS) for post in posts)),
        "tcm": "中西医" not in major and says(major, ["中医", "针灸", "推拿"]),
        "integrated": "中西医" in major,
    }
    if not fits[t.family]:
        yield "R12"


def _papers(t: Told) -> Iterator[str]:
    of_abroad = t.by_education and t.awarded != "mainland"
    if t.region == "mainland" and of_abroad and not t.has("degree_authentication"):
        yield "R26"
    if t.by_education and not t.postgraduate_of_the_year and not t.has("diploma"):
        yield "D01"
    late = t.person.today > COMPLETION
    if t.by_education and t.postgraduate_of_the_year and late and not t.has("diploma", "degree_certificate"):
        yield "R20"
    if t.region in ("hong_kong", "taiwan") and not t.has("internship_form"):
        yield "D04"
    if t.region == "foreign" and not t.has("foreign_internship_form"):
        yield "D04"
    if not t.upgrade:
        return
    if not t.has("qualification_certificate", "practising_certificate"):
        yield "D03"
    if not t.has("practice_period_certificate"):
        yield "D05"
    begun = [date.fromisoformat(row["from"]) for row in t.person.periods if row["is_current"] and row["from"]]
    needed = {"31": 24, "41": 60}.get(t.level)
    here = t.registered is not None and bool(begun) and lasts(max(t.registered, begun[0]), t.cutoff, needed or 0)
    proof = needed is None or here or t.has("first_registration_proof")
    wrong = t.registered is not None and (t.registered.year < t.qualified or t.registered > t.person.today)
    if not proof or wrong:
        yield "P09"
