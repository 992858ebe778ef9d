"""A catalogue: the versioned data that an exam year pins (A23, A34, section 6), ready for use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.declaration.domain.cycle_errors import CategoryNotOffered
from services.declaration.domain.drafting_errors import DocumentKindUnknown
from services.declaration.domain.eligibility import Rule
from services.declaration.domain.field_labels import Words
from services.declaration.domain.review_errors import ReasonRequired


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
class Reason:
    """A reason a reviewer may give for an action."""

    action: str
    code: str
    text_zh: str
    text_en: str


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

    def require_reasons(self, action: str, codes: list[str]) -> None:
        """Raises ReasonRequired unless there is at least one code and all are of the catalogue."""
        known = {one.code for one in self.reasons if one.action == action}
        if not codes or not known.issuperset(codes):
            raise ReasonRequired

    def reason_words(self, action: str) -> dict[str, Words]:
        """What the reasons of an action say, by code."""
        return {one.code: Words(one.text_zh, one.text_en) for one in self.reasons if one.action == action}

    def guides_of(self, family: str) -> frozenset[str]:
        """Families of physicians who may guide this family (5.3)."""
        return self.compatible.get(family, frozenset())
