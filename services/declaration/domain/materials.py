"""What each kind of applicant hands in besides the ID (section 6): guidance as data, kept with the catalogue."""

from dataclasses import dataclass
from typing import Final, Literal

APPLICANT_KINDS: Final = (
    "ordinary",
    "fresh_graduate",
    "assistant_upgrade",
    "several_institutions",
    "military",
    "hk_macau_taiwan",
    "foreign",
    "apprenticeship_or_expertise",
)
"""A person may be of several."""


@dataclass(frozen=True, slots=True)
class Material:
    """One thing to hand in; `document_kind` is what it is uploaded as, None where it is not uploaded here. `due`: when
    it has to be there."""

    applicant_kind: str
    code: str
    document_kind: str | None
    provided_by: Literal["candidate", "unit"]
    due: Literal["submission", "review", "registration", "completion"]
    name_zh: str
    name_en: str
