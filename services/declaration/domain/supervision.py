"""Who may guide a candidate (5.3): a licensed physician of a compatible kind, registered where the period was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, Guidance
from shared.errors import FieldProblem

_FAMILY_BY_KIND: Final[Mapping[str, str]] = {
    "10": "clinical",
    "20": "dental",
    "30": "public_health",
    "40": "tcm",
    "41": "tcm_korean",
    "42": "tcm_zhuang",
    "50": "integrated",
    "60": "mongolian",
    "70": "tibetan",
    "80": "uyghur",
    "90": "dai",
}
"""Second and third digit of a practising certificate or category code (5.2)."""
_PHYSICIAN_LEVELS: Final = (1, 3)
"""First digit of the practising certificate; assistants (2, 4) can not supervise."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A supervisor as this service knows him or her; `level` is the first digit of the practising certificate."""

    id: UUID
    institution_id: UUID
    level: int
    category_code: str
    multi_site: bool
    active: bool


def family_of(category_code: str) -> str | None:
    """The family of a code such as 110, 240 or 10; None when its digits are not known."""
    return _FAMILY_BY_KIND.get(category_code[-2:])


def supervision_problems(
    content: Content, roster: Mapping[UUID, Supervisor], current_institution: UUID
) -> Iterator[FieldProblem]:
    """Every supervisor that may not guide, row by row, whatever the category (C3, 5.5). Who guided an earlier row may
    have left that roster since: the row is past."""
    active = {one: known for one, known in roster.items() if known.active}
    for row, period in enumerate(content.periods):
        place = current_institution if period.is_current else period.institution_id
        if not period.supervisors:
            yield FieldProblem(
                f"/periods/{row}/supervisors", "supervisor_missing", "请选择带教老师。", "Pick at least one supervisor."
            )
        for number, guidance in enumerate(period.supervisors):
            pointer = f"/periods/{row}/supervisors/{number}"
            yield from _one(pointer, guidance, active if period.is_current else roster, place, content)


def _one(
    pointer: str,
    guidance: Guidance,
    roster: Mapping[UUID, Supervisor],
    place: UUID | None,
    content: Content,
) -> Iterator[FieldProblem]:
    number = guidance.practising_certificate_no
    own = content.assistant.practising_certificate_no if content.assistant else None
    if number is not None and number == own:
        yield FieldProblem(pointer, "supervisor_is_candidate", "带教老师不能是本人。", "Nobody supervises himself.")
    if guidance.supervisor_id is None:
        yield from _typed(pointer, guidance, place)
        return
    known = roster.get(guidance.supervisor_id)
    if known is None:
        yield FieldProblem(
            pointer,
            "supervisor_not_listed",
            "该带教老师已不在机构的带教名单中，请重新选择。",
            "This supervisor is not on the roster any more; pick another one.",
        )
        return
    yield from _listed(pointer, known, place)


def _listed(pointer: str, known: Supervisor, place: UUID | None) -> Iterator[FieldProblem]:
    """Registered there, and a physician."""
    if known.institution_id != place and not known.multi_site:
        yield FieldProblem(
            pointer,
            "supervisor_elsewhere",
            "该带教老师不在这段经历的机构执业，请从该机构名单中选择。",
            "This supervisor is not registered at the institution of this row; pick one who is.",
        )
    if known.level not in _PHYSICIAN_LEVELS:
        yield FieldProblem(
            pointer,
            "supervisor_is_assistant",
            "执业助理医师不能带教，请选择执业医师。",
            "An assistant physician can not supervise; pick a licensed physician.",
        )


def _typed(pointer: str, guidance: Guidance, place: UUID | None) -> Iterator[FieldProblem]:
    """Typed names only for places outside the library (P2)."""
    if place is not None:
        yield FieldProblem(
            pointer,
            "supervisor_not_picked",
            "请从机构的带教名单中选择带教老师。",
            "Pick the supervisor from the institution's roster.",
        )
    number = guidance.practising_certificate_no or ""
    if guidance.name is None or len(number) != 15 or not number.isdigit() or number[0] not in "13":
        yield FieldProblem(
            pointer,
            "supervisor_certificate",
            "请填写带教老师姓名和 15 位医师执业证书编码（首位为 1 或 3）。",
            "Give the supervisor's name and 15-digit practising certificate number (first digit 1 or 3).",
        )
