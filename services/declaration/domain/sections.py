"""The sections of the form: which fields belong to which, what of the content is empty, and what changed between two
states of it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.declaration.domain.content import Content

FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "education": ("education", "expertise"),
        "periods": ("periods",),
        "assistant": ("is_assistant_upgrade", "assistant"),
        "basics": ("fresh_graduate", "is_active_military", "ethnicity_code", "note"),
    }
)
"""Fields of the content by section. Files make a section of their own."""
DOCUMENTS: Final = "documents"
SECTIONS: Final = ("education", "periods", "assistant", DOCUMENTS, "basics")
"""In the order of the form."""
_PART_OF: Final = {"exam_level": "choice", "exam_category_code": "choice", "reasons": "reasons"}
PARTS: Final = ("choice", *SECTIONS, "reasons")
"""Everything in which something can be missing: the choice that comes before the form, the form, the answers."""

_EMPTY: Final = Content()
_SECTION_OF: Final = {field: section for section, fields in FIELDS.items() for field in fields}


def section_of(pointer: str) -> str:
    """The section a JSON pointer into the content leads to; what belongs nowhere else is basic."""
    first = _first(pointer)
    return DOCUMENTS if first == DOCUMENTS else _SECTION_OF.get(first, "basics")


def part_of(pointer: str) -> str:
    """The section, or what stands beside the form: the answers to a return, the choice of level and category."""
    return _PART_OF.get(_first(pointer)) or section_of(pointer)


def _first(pointer: str) -> str:
    return pointer.split("/")[1] if pointer.startswith("/") else ""


def changed_sections(before: Content, after: Content) -> list[str]:
    """Sections whose fields differ."""
    return [one for one, fields in FIELDS.items() if any(getattr(before, f) != getattr(after, f) for f in fields)]


def is_empty(content: Content, section: str) -> bool:
    """Whether nothing was filled in there."""
    return all(getattr(content, field) == getattr(_EMPTY, field) for field in FIELDS[section])


def with_section(content: Content, section: str, source: Content) -> Content:
    """`content` with one section as it is in `source`."""
    return content.model_copy(update={field: getattr(source, field) for field in FIELDS[section]})


def without_sections(content: Content, sections: list[str]) -> Content:
    """`content` with some sections emptied."""
    for section in sections:
        content = with_section(content, section, _EMPTY)
    return content


class SectionState(StrEnum):
    """Where a section of the form stands."""

    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    LOCKED = "locked"


def section_state(*, editable: bool, judged: bool, empty: bool, problems: int) -> SectionState:
    """`judged` is False while nothing can be judged, for want of a verification or a binding; `empty` when nothing was
    filled in. A section that needs nothing is complete although it is empty."""
    if not editable:
        return SectionState.LOCKED
    if judged and not problems:
        return SectionState.COMPLETE
    return SectionState.NOT_STARTED if empty else SectionState.INCOMPLETE
