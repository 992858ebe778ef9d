"""The facts about one declaration that rules may ask for (see domain.conditions.FACTS)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.conditions import Facts
from services.declaration.domain.content import AssistantRecord, Content, EducationRecord, ExpertiseRecord, Period
from services.declaration.domain.counting import Count, add_months, whole_months
from services.declaration.domain.cycle import Cycle
from services.declaration.domain.eligibility_terms import LIFETIME, Applicant, Ground
from services.declaration.domain.period_timeline import count_until

_MAINLAND: Final = frozenset({"resident_id", "officer_card"})
_HONG_KONG_MACAU_TAIWAN: Final = frozenset(
    {"hmt_residence_permit", "hk_id", "macau_id", "taiwan_id", "hm_travel_permit", "tw_travel_permit"}
)
PRIOR_CERTIFICATE: Final = "prior_certificate"
_NO_EDUCATION: Final = dict.fromkeys(
    (
        "education_level",
        "education_form",
        "school",
        "major",
        "degree_type",
        "enrolled_on",
        "enrolled_year",
        "graduated_on",
        "graduated_year",
        "has_graduated",
        "course_months",
        "entered_from",
        "associate_major",
        "direction_approved",
        "awarded_in",
    )
)
_NO_ASSISTANT: Final = AssistantRecord()
_YEAR: Final = 12
_RURAL_ZH: Final = "乡村全科执业助理医师的报考条件以考区当年通知为准。"
_RURAL_EN: Final = "For rural general practice the zone's notice of the year holds."
_PERMIT: Final = "hmt_residence_permit"
_REGIONS: Final = {"hk_id": "hong_kong", "macau_id": "macau", "taiwan_id": "taiwan", "tw_travel_permit": "taiwan"}
REGION_KINDS: Final = {
    "mainland": "mainland",
    "hong_kong": "hk_macau_taiwan",
    "macau": "hk_macau_taiwan",
    "taiwan": "hk_macau_taiwan",
    "foreign": "foreign",
}
"""The kind of applicant of each region."""
_NUMBERED_REGIONS: Final[Mapping[str, Mapping[str, str]]] = {
    _PERMIT: {"81": "hong_kong", "82": "macau", "83": "taiwan"},
    "hm_travel_permit": {"H": "hong_kong", "M": "macau"},
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the candidate declares for (A23); `family` groups categories across levels, e.g. clinical."""

    exam_level: str
    route: str
    category_code: str
    family: str


@dataclass(frozen=True, slots=True)
class FileRef:
    """A document that lies with the declaration; `period_id` where it belongs to one row."""

    id: UUID
    kind: str
    period_id: UUID | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Probation time counted to both cut-offs (R07, R08)."""

    at_registration: Count
    by_completion: Count


def counted(content: Content, cycle: Cycle) -> Counted:
    """A current row without an end lasts until each cut-off; leaves longer than the cycle allows do not count."""
    registration, completion = cycle.registration_day, cycle.completion_day
    return Counted(
        count_until(content.periods, registration, cycle.leave_days),
        count_until(content.periods, completion, cycle.leave_days),
    )


def gather(
    content: Content, choice: Choice, applicant: Applicant, files: Collection[FileRef], time: Counted, ground: Ground
) -> Facts:
    """Name -> value for every name in FACTS; None where the declaration does not say."""
    cycle, terms = ground.cycle, ground.terms
    return {
        "year": cycle.year,
        "previous_year": cycle.year - 1,
        "completion_day": cycle.completion_day,
        "practice_cutoff": terms.cutoff(cycle),
        "transitional_secondary": terms.transitional_secondary,
        "rural_text_zh": terms.rural_text_zh or _RURAL_ZH,
        "rural_text_en": terms.rural_text_en or _RURAL_EN,
        "today": ground.today,
        "exam_level": choice.exam_level,
        "route": choice.route,
        "category_code": choice.category_code,
        "category_family": choice.family,
        "category_kind": choice.category_code[1:],
        "category_digit": choice.category_code[:1],
        **_education(content.basis, ground.today),
        **_practice(content, terms.cutoff(cycle)),
        **_expertise(content.expertise),
        **_time(content, time, cycle),
        "fresh_graduate": content.fresh_graduate,
        "is_active_military": content.is_active_military,
        "institution_names": _joined(one.institution_name for one in content.periods),
        "posts": _joined(f"{one.department or ''} {one.position or ''}" for one in content.periods if one.is_current),
        **_applicant(applicant, ground.today),
        **_documents(content, files),
    }


def _joined(texts: Iterable[str | None]) -> str:
    return "\n".join(text for text in texts if text)


def _documents(content: Content, files: Collection[FileRef]) -> dict[str, Any]:
    certified = {file.period_id for file in files if file.kind == PRIOR_CERTIFICATE}
    prior = content.prior_periods
    return {
        "documents": frozenset(file.kind for file in files),
        "prior_rows": len(prior),
        "prior_rows_without_certificate": sum(one.id not in certified for one in prior),
    }


def _applicant(applicant: Applicant, today: date) -> dict[str, Any]:
    until = applicant.banned_until
    return {
        "applicant_kind": applicant.kind,
        "region": applicant.region,
        "banned": until is not None and until >= today,
        "banned_for_life": until == LIFETIME,
        "banned_until": until,
    }


def _time(content: Content, time: Counted, cycle: Cycle) -> dict[str, Any]:
    starts = [one.first_day for one in content.periods if one.first_day is not None]
    unbroken = partial(_a_year_without_a_gap, until=cycle.registration_day, leave_days=cycle.leave_days)
    return {
        "probation_days": time.at_registration.days,
        "probation_months": time.at_registration.months,
        "full_at_registration": time.at_registration.full_year,
        "full_by_completion": time.by_completion.full_year,
        "uninterrupted_year": any(map(unbroken, _by_place(content.periods))),
        "tertiary_year": unbroken(filter(_is_tertiary, content.periods)),
        "taiwan_hospital_year": unbroken(filter(_is_in_taiwan, content.periods)),
        "first_start": min(starts, default=None),
        "latest_start": add_months(cycle.completion_day, -_YEAR),
    }


def _a_year_without_a_gap(periods: Iterable[Period], until: date, leave_days: int) -> bool:
    merged = count_until(list(periods), until, leave_days).intervals
    return any(whole_months(*one) >= _YEAR for one in merged)


def _by_place(periods: Iterable[Period]) -> Collection[list[Period]]:
    """The rows of each institution, of the library or as it was typed (R24: those of several do not add up)."""
    places: dict[UUID | str | None, list[Period]] = {}
    for period in periods:
        places.setdefault(period.institution_id or period.institution_name, []).append(period)
    return places.values()


def _is_tertiary(period: Period) -> bool:
    return period.institution_grade is not None and period.institution_grade.startswith("三级")


def _is_in_taiwan(period: Period) -> bool:
    """Outside the library, in a division of Taiwan: 71 (GB/T 2260), 83 on residence permits."""
    return period.institution_id is None and (period.division_code or "")[:2] in ("71", "83")


def _education(basis: EducationRecord | None, today: date) -> dict[str, Any]:
    if basis is None:
        return _NO_EDUCATION
    graduated = basis.graduated_on
    return {
        "education_level": basis.level,
        "education_form": basis.form,
        "school": basis.school,
        "major": basis.major,
        "degree_type": basis.degree_type,
        "enrolled_on": basis.enrolled_on,
        "enrolled_year": basis.enrolled_on.year,
        "graduated_on": graduated,
        "graduated_year": graduated.year if graduated else None,
        "has_graduated": graduated <= today if graduated else None,
        "course_months": whole_months(basis.enrolled_on, graduated) if graduated else None,
        "entered_from": basis.entered_from,
        "associate_major": basis.associate_major,
        "direction_approved": basis.direction_approved,
        "awarded_in": basis.awarded_in,
    }


def _practice(content: Content, cutoff: date) -> dict[str, Any]:
    """Years of practice run from the first registration, never from the exam (P9)."""
    assistant = content.assistant or _NO_ASSISTANT
    registered = assistant.first_registration_date
    qualified = (assistant.qualification_certificate_no or "")[:4]
    here = next((one.first_day for one in content.periods if one.is_current), None)
    return {
        "is_assistant_upgrade": content.is_assistant_upgrade,
        "assistant_kind": (assistant.practising_category_code or "")[1:] or None,
        "assistant_months": whole_months(registered, cutoff) if registered else None,
        "assistant_months_here": whole_months(max(registered, here), cutoff) if registered and here else None,
        "first_registration_date": registered,
        "first_registration_year": registered.year if registered else None,
        "qualification_year": int(qualified) if len(qualified) == 4 and qualified.isdecimal() else None,
    }


def _expertise(record: ExpertiseRecord | None) -> dict[str, Any]:
    if record is None:
        return {"expertise_kind": None, "apprenticeship_months": None}
    began, ended = record.began_on, record.ended_on
    return {
        "expertise_kind": record.kind,
        "apprenticeship_months": whole_months(began, ended) if began and ended else None,
    }


def applicant_of(document_type: str, document_no: str, banned_until: date | None) -> Applicant:
    """The applicant behind a verified document."""
    return Applicant(applicant_kind(document_type), applicant_region(document_type, document_no), banned_until)


def applicant_region(document_type: str, document_no: str) -> str:
    """mainland, hong_kong, macau, taiwan or foreign, by the document the identity was proved with (R24, R25)."""
    if document_type in _MAINLAND:
        return "mainland"
    if (region := _REGIONS.get(document_type)) is not None:
        return region
    return _NUMBERED_REGIONS.get(document_type, {}).get(document_no[: 2 if document_type == _PERMIT else 1], "foreign")


def applicant_kind(document_type: str) -> str:
    """mainland, hk_macau_taiwan or foreign, by the document the identity was proved with (A19)."""
    if document_type in _MAINLAND:
        return "mainland"
    return "hk_macau_taiwan" if document_type in _HONG_KONG_MACAU_TAIWAN else "foreign"
