"""A declaration to judge in unit tests: complete and eligible unless a test changes something."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.declaration.domain.catalogue import Category
from services.declaration.domain.conditions import Facts
from services.declaration.domain.content import CONTENT, Content
from services.declaration.domain.cycle import Cycle, CycleState, template_dates
from services.declaration.domain.eligibility import Rule, Verdict, compile_rules, evaluate
from services.declaration.domain.eligibility_terms import STANDARD_TERMS, EligibilityTerms, Ground
from services.declaration.domain.facts import PRIOR_CERTIFICATE, Choice, FileRef, applicant_of, counted, gather
from services.declaration.storage.catalogue_files import CatalogueFiles, read_catalogue
from shared.ids import CycleId, new_id

FILES: CatalogueFiles = read_catalogue()
RULES: tuple[Rule, ...] = compile_rules(FILES.rules)
CYCLE = Cycle(CycleId(UUID(int=1)), 2027, CycleState.DECLARATION_OPEN, 1, 1, template_dates(2027))
CURRENT: dict[str, Any] = {"is_current": True, "from": "2025-07-01", "department": "内科", "position": "试用医师"}
DEGREE: dict[str, Any] = {
    "level": "21",
    "form": "full_time",
    "school": "江城医科大学",
    "major": "临床医学",
    "enrolled_on": "2019-09-01",
    "graduated_on": "2024-06-30",
    "certificate_no": "104871202405001234",
    "is_basis": True,
}
ASSISTANT: dict[str, Any] = {
    "qualification_certificate_no": "202042210420106199203070039",
    "practising_certificate_no": "210420106000123",
    "first_registration_date": "2023-01-01",
    "practising_category_code": "210",
}


@dataclass(frozen=True)
class Person:
    """What is judged."""

    level: str = "licensed_physician"
    code: str = "110"
    route: str = "prescribed_education"
    document_type: str = "resident_id"
    documents: tuple[str, ...] = ("diploma",)
    degree: dict[str, Any] = field(default_factory=dict)
    periods: tuple[dict[str, Any], ...] = (CURRENT,)
    more: dict[str, Any] = field(default_factory=dict)
    document_no: str = "420106199003070012"
    banned_until: date | None = None
    terms: EligibilityTerms = STANDARD_TERMS
    today: date = date(2026, 12, 20)

    @property
    def content(self) -> Content:
        """The content as the API would read it."""
        periods = list(self.periods)
        return CONTENT.validate_python({"education": [DEGREE | self.degree], "periods": periods, **self.more})

    def but(self, **changes: Any) -> "Person":
        """The same person with something changed."""
        return replace(self, **changes)


def category(code: str) -> Category:
    """A category of the shipped catalogue."""
    return next(one for one in FILES.categories if one.code == code)


def facts_of(person: Person, cycle: Cycle = CYCLE) -> Facts:
    """What the shipped rules are asked about."""
    content = person.content
    choice = Choice(person.level, person.route, person.code, category(person.code).family)
    files = [FileRef(new_id(), kind, None) for kind in person.documents if kind != PRIOR_CERTIFICATE]
    if PRIOR_CERTIFICATE in person.documents:
        files += [FileRef(new_id(), PRIOR_CERTIFICATE, period.id) for period in content.prior_periods]
    time = counted(content, cycle)
    applicant = applicant_of(person.document_type, person.document_no, person.banned_until)
    return gather(content, choice, applicant, files, time, Ground(cycle, person.terms, person.today))


def verdict(person: Person, cycle: Cycle = CYCLE) -> Verdict:
    """The shipped rules, evaluated."""
    return evaluate(RULES, facts_of(person, cycle))


def failed(person: Person) -> set[str]:
    """The ids of the rules that stand against it."""
    return {finding.rule for finding in verdict(person).failed}


def warned(person: Person) -> set[str]:
    """The ids of the rules that warn."""
    return {finding.rule for finding in verdict(person).warnings}


def upgrade(**changes: Any) -> dict[str, Any]:
    """An assistant who applies for physician."""
    return {"is_assistant_upgrade": True, "assistant": ASSISTANT | changes}


TODAY = date(2026, 12, 20)
