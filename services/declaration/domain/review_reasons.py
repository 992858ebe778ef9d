"""Reasons of a decision: what each means, what it must point at, and whether a text goes with it (4.4)."""

from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from shared.errors import FieldProblem

Effect = Literal["fixable", "may_reapply", "fatal"]
"""What it means, for the candidate to read. fixable: to be corrected and handed in again. may_reapply: not with this
unit, another may judge otherwise. fatal: hardly in this exam year. None of them moves the state by itself: who was
rejected may still begin again with another unit (4.4), or be reopened by this one (A42)."""
Target = Literal["any", "field", "document", "whole"]

POINTER: Final = r"^(/[A-Za-z0-9_~-]+)*$"
"""What a pointer looks like."""
POINTER_LENGTH: Final = 200
CODE_LENGTH: Final = 40
TEXT_LENGTH: Final = 500

_DOCUMENTS: Final = "/documents/"
"""A kind of file that is missing is pointed at by this and its name."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason a reviewer may give for an action."""

    action: str
    code: str
    text_zh: str
    text_en: str
    effect: Effect = "fixable"
    target: Target = "any"
    comment_required: bool = False


@dataclass(frozen=True, slots=True)
class GivenReason:
    """One reason; `pointer` says which field of the content is meant, `document_id` which file; neither: the whole."""

    pointer: str
    code: str
    text: str
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What reasons may point at: the content as handed in, its files, and the kinds of files there are."""

    content: dict[str, Any]
    document_ids: frozenset[UUID]
    document_kinds: frozenset[str]

    def has(self, pointer: str) -> bool:
        """Whether the pointer leads to something."""
        if pointer.startswith(_DOCUMENTS):
            return pointer.removeprefix(_DOCUMENTS) in self.document_kinds
        here: Any = self.content
        for step in pointer.split("/")[1:]:
            if isinstance(here, list) and step.isdecimal() and int(step) < len(here):
                here = here[int(step)]
            elif isinstance(here, dict) and step in here:
                here = here[step]
            else:
                return False
        return True


def reason_problems(number: int, given: GivenReason, known: Reason, handed: Handed) -> list[FieldProblem]:
    """What is wrong with the reason at a place of the list."""
    found = []
    at_document = given.document_id is not None or given.pointer.startswith(_DOCUMENTS)
    missing = {"field": not given.pointer, "document": not at_document}.get(known.target, False)
    if missing or (given.pointer and not handed.has(given.pointer)):
        text = ("请指明本次提交中有问题的字段。", "Point at a field of what was handed in.")
        if known.target == "document":
            text = ("请指明有问题的材料。", "Point at the file, or the kind of file, that is meant.")
        found.append(FieldProblem(f"/reasons/{number}/pointer", "target_unknown", *text))
    if given.document_id is not None and given.document_id not in handed.document_ids:
        text = ("该材料不在本次提交中，请重新选择。", "This file is not part of the submission; choose again.")
        found.append(FieldProblem(f"/reasons/{number}/document_id", "target_unknown", *text))
    if known.comment_required and not given.text.strip():
        text = ("该原因需要填写说明。", "This reason needs a text.")
        found.append(FieldProblem(f"/reasons/{number}/text", "comment_required", *text))
    return found
