"""What changes from year to year and is therefore data: document types offered, and reasons a check can fail for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.identity.domain.documents import DocumentType
from shared.errors import FieldProblem, Invalid


class ReasonUnknown(Invalid):
    """Not a reason of the catalogue that this decision may give."""

    code = "reason_unknown"
    message_zh = "请从原因目录中选择原因。"
    message_en = "Choose a reason of the catalogue."


@dataclass(frozen=True, slots=True)
class DocumentYear:
    """The document types of one exam year's national form, in force from a day on (A14)."""

    exam_year: int
    applies_from: date
    document_types: tuple[DocumentType, ...]
    hosts_exempt_proofs: bool | None = None
    """Whether the proofs of the military are uploaded here in this year; None: as the platform is set (A18)."""

    def hosts_proofs(self, platform: bool) -> bool:
        """Whether they are, on a platform that is set so."""
        return platform if self.hosts_exempt_proofs is None else self.hosts_exempt_proofs


@dataclass(frozen=True, slots=True)
class VerificationReason:
    """`field` is the claimed field to look at, when there is one (A9)."""

    code: str
    by: Literal["machine", "reviewer", "zone"]
    zh: str
    en: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class VerificationCatalogue:
    """One per process."""

    years: tuple[DocumentYear, ...]
    reasons: Mapping[str, VerificationReason]

    def year_of(self, today: date) -> DocumentYear:
        """The year in force; the earliest one before any has begun."""
        begun = [year for year in self.years if year.applies_from <= today]
        return max(begun or self.years[:1], key=lambda year: year.applies_from)

    def reasons_by(self, who: Literal["reviewer", "zone"]) -> list[VerificationReason]:
        """The reasons that somebody may choose from, in the order of the catalogue."""
        return [reason for reason in self.reasons.values() if reason.by == who]

    def require_reason(self, code: str, who: Literal["reviewer", "zone"]) -> None:
        """Raise ReasonUnknown unless `who` may give this reason."""
        if (reason := self.reasons.get(code)) is None or reason.by != who:
            problem = FieldProblem("/reason_code", "unknown", "不在原因目录中", "not in the catalogue")
            raise ReasonUnknown(problems=[problem])
