"""The yearly list of qualified people that an institution prints, seals and files: states and transitions (4.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.cycle import shown
from services.declaration.domain.filing_errors import FilingDeadlinePassed, ListStepNotAllowed

ListKind = Literal["main", "supplementary", "cancellation"]


class ListState(StrEnum):
    """Where a list stands."""

    DRAFT = "draft"
    GENERATED = "generated"
    PRINTED = "printed"
    SEALED_UPLOADED = "sealed_uploaded"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    VOID = "void"


class ListStep(StrEnum):
    """What moves it."""

    GENERATE = "generate"
    PRINT = "print"
    UPLOAD_SEAL = "upload_seal"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    DISCARD = "discard"


_S, _E = ListState, ListStep

TRANSITIONS: Final[Mapping[tuple[ListState, ListStep], ListState]] = MappingProxyType(
    {
        (_S.DRAFT, _E.GENERATE): _S.GENERATED,
        (_S.GENERATED, _E.PRINT): _S.PRINTED,
        (_S.PRINTED, _E.UPLOAD_SEAL): _S.SEALED_UPLOADED,
        # A blurred or wrong scan may be replaced until the list is submitted.
        (_S.SEALED_UPLOADED, _E.UPLOAD_SEAL): _S.SEALED_UPLOADED,
        (_S.SEALED_UPLOADED, _E.SUBMIT): _S.SUBMITTED,
        (_S.SUBMITTED, _E.ACCEPT): _S.ACCEPTED,
        (_S.SUBMITTED, _E.RETURN): _S.RETURNED,
        (_S.GENERATED, _E.DISCARD): _S.VOID,
        (_S.PRINTED, _E.DISCARD): _S.VOID,
        (_S.SEALED_UPLOADED, _E.DISCARD): _S.VOID,
        (_S.RETURNED, _E.DISCARD): _S.VOID,
    }
)
OPEN: Final = frozenset({_S.DRAFT, _S.GENERATED, _S.PRINTED, _S.SEALED_UPLOADED, _S.SUBMITTED})
"""One of these per institution, cycle and kind."""
DOWNLOADABLE: Final = frozenset({_S.PRINTED, _S.SEALED_UPLOADED, _S.SUBMITTED, _S.ACCEPTED, _S.RETURNED})
"""The paper may exist: the file leaves only from these states."""

CODE_OF_KIND: Final[dict[ListKind, str]] = {"main": "QL", "supplementary": "QS", "cancellation": "QC"}


@dataclass(frozen=True, slots=True)
class QualifiedList:
    """One list as it stands. `edition` counts the versions that were handed in: 1, then one more after each return."""

    id: UUID
    institution_id: UUID
    institution_name: str
    cycle_id: UUID
    exam_year: int
    kind: ListKind
    edition: int
    state: ListState
    version: int
    number: str | None
    lines: int
    filing_body_id: UUID | None
    late_permitted: bool


def step_to(state: ListState, step: ListStep) -> ListState:
    """The state after `step`. Raises ListStepNotAllowed."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise ListStepNotAllowed(state=state) from None


def is_late(deadline: datetime | None, late_permitted: bool, now: datetime) -> bool:
    """Whether a list handed in `now` is late (B13); deadlines are exclusive. Raises FilingDeadlinePassed when it is and
    the exam body gave no permission."""
    if deadline is None or now < deadline:
        return False
    if not late_permitted:
        raise FilingDeadlinePassed(deadline=shown(deadline))
    return True


def number_of(kind: ListKind, exam_year: int, division_code: str, serial: int) -> str:
    """The number printed on a list, e.g. QL2027-4201-000012: kind and year, prefecture, serial of that prefecture."""
    return f"{CODE_OF_KIND[kind]}{exam_year}-{division_code[:4]}-{serial:06d}"
