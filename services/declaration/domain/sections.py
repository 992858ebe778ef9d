"""The sections of the form: which fields belong to which, what of the content is empty, and what changed between two
states of it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.declaration.domain.content import Content
from shared.errors import FieldProblem

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
PARTS: Final = ("choice", *SECTIONS, "reasons")
"""Everything in which something can be missing: the choice that comes before the form, the form, the answers."""

_EMPTY: Final = Content()
_PART_OF: Final = {field: section for section, fields in FIELDS.items() for field in fields} | {
    DOCUMENTS: DOCUMENTS,
    "exam_level": "choice",
    "exam_category_code": "choice",
    "route": "choice",
    "reasons": "reasons",
}


def part_of(pointer: str) -> str:
    """The section a JSON pointer leads to, or what stands beside the form: the choice of level and category, the
    answers to a return. What belongs nowhere else is basic."""
    first = pointer.split("/")[1] if pointer.startswith("/") else ""
    return _PART_OF.get(first, "basics")


def by_part(problems: Iterable[FieldProblem]) -> dict[str, list[FieldProblem]]:
    """Every section of the form, and what stands beside it where something is missing there; in the order in which it
    is filled in."""
    found: dict[str, list[FieldProblem]] = {part: [] for part in PARTS}
    for problem in problems:
        found[part_of(problem.pointer)].append(problem)
    return {part: own for part, own in found.items() if own or part in SECTIONS}


def changed_sections(before: Content, after: Content) -> list[str]:
    """Sections whose fields differ."""
    return [one for one, fields in FIELDS.items() if any(getattr(before, f) != getattr(after, f) for f in fields)]


def is_empty(content: Content, section: str) -> bool:
    """Whether nothing was filled in there. What stands beside the form is not part of the content."""
    return section in FIELDS and all(getattr(content, field) == getattr(_EMPTY, field) for field in FIELDS[section])


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
