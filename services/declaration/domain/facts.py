"""The facts about one declaration that rules may ask for (see domain.conditions.FACTS)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.conditions import Facts
from services.declaration.domain.content import Content, EducationRecord
from services.declaration.domain.counting import Count, add_months, whole_months
from services.declaration.domain.cycle import Cycle
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
        "graduated_on",
        "graduated_year",
    )
)


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
    content: Content, choice: Choice, cycle: Cycle, document_type: str, files: Collection[FileRef], time: Counted
) -> Facts:
    """Name -> value for every name in FACTS; None where the declaration does not say."""
    certified = {file.period_id for file in files if file.kind == PRIOR_CERTIFICATE}
    starts = [one.first_day for one in content.periods if one.first_day is not None]
    prior = content.prior_periods
    return {
        "year": cycle.year,
        "previous_year": cycle.year - 1,
        "exam_level": choice.exam_level,
        "route": choice.route,
        "category_code": choice.category_code,
        "category_family": choice.family,
        "category_kind": choice.category_code[1:],
        **_education(content.basis),
        **_practice(content, cycle),
        "fresh_graduate": content.fresh_graduate,
        "is_active_military": content.is_active_military,
        "probation_days": time.at_registration.days,
        "probation_months": time.at_registration.months,
        "full_at_registration": time.at_registration.full_year,
        "full_by_completion": time.by_completion.full_year,
        "uninterrupted_year": any(whole_months(*one) >= 12 for one in time.at_registration.intervals),
        "first_start": min(starts, default=None),
        "latest_start": add_months(cycle.completion_day, -12),
        "applicant_kind": applicant_kind(document_type),
        "documents": frozenset(file.kind for file in files),
        "prior_rows": len(prior),
        "prior_rows_without_certificate": sum(one.id not in certified for one in prior),
    }


def _education(basis: EducationRecord | None) -> dict[str, Any]:
    if basis is None:
        return _NO_EDUCATION
    return {
        "education_level": basis.level,
        "education_form": basis.form,
        "school": basis.school,
        "major": basis.major,
        "degree_type": basis.degree_type,
        "enrolled_on": basis.enrolled_on,
        "graduated_on": basis.graduated_on,
        "graduated_year": basis.graduated_on.year if basis.graduated_on else None,
    }


def _practice(content: Content, cycle: Cycle) -> dict[str, Any]:
    assistant = content.assistant
    registered = assistant.first_registration_date if assistant else None
    return {
        "is_assistant_upgrade": content.is_assistant_upgrade,
        "assistant_kind": (assistant.practising_category_code or "")[1:] or None if assistant else None,
        "assistant_months": whole_months(registered, cycle.completion_day) if registered else None,
    }


def applicant_kind(document_type: str) -> str:
    """mainland, hk_macau_taiwan or foreign, by the document the identity was proved with (A19)."""
    if document_type in _MAINLAND:
        return "mainland"
    return "hk_macau_taiwan" if document_type in _HONG_KONG_MACAU_TAIWAN else "foreign"
