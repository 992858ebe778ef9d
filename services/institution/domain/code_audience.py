"""For whom a confirmation code is, and what a person who binds says of himself (A20, A21)."""

import re
from dataclasses import dataclass
from typing import Final

from services.institution.domain.confirmation_code import CodeTerms
from shared.errors import Conflict, FieldProblem, Invalid

_YEAR: Final = re.compile(r"20[0-9]{2}")


class CodeAudienceNotStated(Invalid):
    """Whoever binds with a code for a department or a cohort says that he or she belongs to it."""

    code = "code_audience_not_stated"
    message_zh = "该确认码限{audience}使用，请填写您的科室和届别年份后再绑定。"
    message_en = "This code is for {audience}: state your department and the year of your cohort, then bind."


class CodeForOthers(Conflict):
    """Said only to those who typed the right code: it was made for another department or cohort."""

    code = "code_for_others"
    message_zh = (
        "该确认码仅限{audience}使用，与您填写的不符；请核对科室和届别，或向单位试用期管理人员索取适用的确认码。"
    )
    message_en = (
        "This code is for {audience}, which is not what you stated; check department and cohort, or ask the unit's"
        " probation officer for the code that is for you."
    )


@dataclass(frozen=True, slots=True)
class StatedPlace:
    """Where in the institution somebody works and in which year's cohort, in the person's own words."""

    department: str | None = None
    cohort_year: int | None = None


def year_of_cohort(cohort: str | None) -> int | None:
    """The year in a cohort's label, 2026 of 2026届; None without a cohort, or in a label that names no year."""
    found = None if cohort is None else _YEAR.search(cohort)
    return None if found is None else int(found.group())


def require_meant_for(terms: CodeTerms, stated: StatedPlace) -> None:
    """Department and cohort year are compared, each where the code is for one. Raises CodeAudienceNotStated,
    CodeForOthers."""
    pairs = (
        ("/department", terms.department, stated.department),
        ("/cohort_year", year_of_cohort(terms.cohort), stated.cohort_year),
    )
    asked = [(field, meant, said) for field, meant, said in pairs if meant is not None]
    audience = " ".join(part for part in (terms.department, terms.cohort) if part)
    if missing := [field for field, _, said in asked if said is None]:
        refusal = CodeAudienceNotStated(audience=audience)
        text = (refusal.message_zh.format(audience=audience), refusal.message_en.format(audience=audience))
        raise CodeAudienceNotStated(
            problems=[FieldProblem(field, refusal.code, *text) for field in missing], audience=audience
        )
    if any(meant != said for _, meant, said in asked):
        raise CodeForOthers(audience=audience)
