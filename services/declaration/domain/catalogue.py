"""A catalogue: the versioned data that an exam year pins (A23, A34, section 6), ready for use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.declaration.domain.cycle_errors import CategoryNotOffered
from services.declaration.domain.drafting_errors import DocumentKindUnknown
from services.declaration.domain.eligibility import Rule
from services.declaration.domain.field_labels import Words
from services.declaration.domain.review_errors import ReasonRequired, ReasonsIncomplete
from services.declaration.domain.review_reasons import GivenReason, Handed, Reason, reason_problems


@dataclass(frozen=True, slots=True)
class Category:
    """One exam category of one level and route (5.2)."""

    code: str
    exam_level: str
    route: str
    family: str
    name_zh: str
    name_en: str
    valid_from: date
    valid_to: date | None
    numbering: str = "current"
    offered: bool = True
    """Whether it can be declared for while it is valid; the others are known to read certificates by."""

    def valid_in(self, year: int) -> bool:
        """Whether the code is in use during the whole year."""
        return self.valid_from.year <= year and (self.valid_to is None or self.valid_to.year >= year)

    def offered_in(self, year: int) -> bool:
        """Whether it can be declared for in an exam year."""
        return self.offered and self.valid_in(year)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of file; `most` of it per declaration, or per earlier row where `per_period`. `template` names the form
    to download, where there is one (A35)."""

    kind: str
    name_zh: str
    name_en: str
    most: int
    per_period: bool
    template: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything of one version."""

    version: int
    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    document_kinds: Mapping[str, DocumentKind]
    reasons: tuple[Reason, ...]
    compatible: Mapping[str, frozenset[str]]

    def offered(self, year: int) -> list[Category]:
        """What can be chosen in an exam year (A23)."""
        return [one for one in self.categories if one.offered_in(year)]

    def choose(self, year: int, exam_level: str, route: str, code: str) -> Category:
        """The category of this combination. Raises CategoryNotOffered (A23)."""
        for one in self.offered(year):
            if (one.exam_level, one.route, one.code) == (exam_level, route, code):
                return one
        raise CategoryNotOffered

    def numbered(self, code: str, year: int) -> Category | None:
        """What a code of a certificate of that year meant: 141 was TCM in the old numbering, and is Korean TCM in the
        current one (5.2). None for a code that no numbering of the year has."""
        return next((one for one in self.categories if one.code == code and one.valid_in(year)), None)

    def document_kind(self, kind: str) -> DocumentKind:
        """Raises DocumentKindUnknown (A34)."""
        try:
            return self.document_kinds[kind]
        except KeyError:
            raise DocumentKindUnknown from None

    def require_reasons(self, action: str, given: Sequence[GivenReason], handed: Handed) -> None:
        """Raises ReasonRequired unless there is at least one reason and all are of the catalogue, ReasonsIncomplete
        where one lacks its target or its text."""
        known = {one.code: one for one in self.reasons if one.action == action}
        if not given or not known.keys() >= {one.code for one in given}:
            raise ReasonRequired
        problems = [
            problem
            for number, one in enumerate(given)
            for problem in reason_problems(number, one, known[one.code], handed)
        ]
        if problems:
            raise ReasonsIncomplete(problems=problems)

    def reason_words(self, action: str) -> dict[str, Words]:
        """What the reasons of an action say, by code."""
        return {one.code: Words(one.text_zh, one.text_en) for one in self.reasons if one.action == action}

    def guides_of(self, family: str) -> frozenset[str]:
        """Families of physicians who may guide this family (5.3)."""
        return self.compatible.get(family, frozenset())
