"""Does the kind of physician go with what is declared (P10)? By the cycle's table; whether it is refused or only warned
of, the exam site says. And what about a typed number is unusual without being wrong (5.5)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, Guidance
from services.declaration.domain.eligibility import Finding
from services.declaration.domain.supervision import Supervisor, family_of

_PROVINCES: Final = frozenset(
    str(number) for part in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 67)) for number in range(*part)
)
"""First two digits of a division (GB/T 2260), and 66 for the construction corps, which issues certificates too."""
_NUMBER_DIGITS: Final = 15


def category_findings(
    content: Content, roster: Mapping[UUID, Supervisor], compatible: Collection[str]
) -> Iterator[Finding]:
    """Every supervisor whose kind is known and may not guide the declared one. `compatible`: families that may."""
    for pointer, guidance in _guides(content):
        family = _family(guidance, roster)
        if family is not None and family not in compatible:
            yield Finding(
                "supervisor_category",
                "warn",
                pointer,
                "带教老师的执业类别与申报类别不一致。",
                "The supervisor's category does not go with the declared one.",
                "请重新选择，或请单位核对其执业类别。",
                "Pick another, or ask the unit to check the category.",
            )


def number_warnings(content: Content) -> Iterator[Finding]:
    """Typed numbers of a kind or a province that is not known: real data is dirty, so nothing is refused (5.5)."""
    for pointer, guidance in _guides(content):
        number = guidance.practising_certificate_no or ""
        if guidance.supervisor_id is not None or len(number) != _NUMBER_DIGITS:
            continue
        if family_of(number[1:3]) is None or number[3:5] not in _PROVINCES:
            yield Finding(
                "supervisor_number_unusual",
                "warn",
                f"{pointer}/practising_certificate_no",
                "带教老师的执业证书编码中的类别或地区代码不常见。",
                "The kind or the region in the supervisor's number is unusual.",
                "请对照执业证书核对。",
                "Compare it with the certificate.",
            )


def _guides(content: Content) -> Iterator[tuple[str, Guidance]]:
    for row, period in enumerate(content.periods):
        for number, guidance in enumerate(period.supervisors):
            yield f"/periods/{row}/supervisors/{number}", guidance


def _family(guidance: Guidance, roster: Mapping[UUID, Supervisor]) -> str | None:
    """As the roster says; of a typed one as the number says; None where neither is known."""
    if guidance.supervisor_id is None:
        return family_of((guidance.practising_certificate_no or "")[1:3])
    known = roster.get(guidance.supervisor_id)
    # A roster whose code is of no known kind goes with nothing.
    return None if known is None else family_of(known.category_code) or ""
