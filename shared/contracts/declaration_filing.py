"""What declaration tells of qualified lists on their way between institutions and exam bodies (4.7)."""

from typing import ClassVar, Literal

from shared.contracts.event import Event
from shared.ids import ExamBodyId, InstitutionId, QualifiedListId


class QualifiedListEvent(Event):
    """What all events about one list carry."""

    AGGREGATE: ClassVar[str] = "list_id"
    list_id: QualifiedListId
    institution_id: InstitutionId
    institution_name: str
    filing_body_id: ExamBodyId
    cycle_year: int
    number: str
    kind: Literal["main", "supplementary", "cancellation"]
    lines: int


class QualifiedListSubmitted(QualifiedListEvent):
    """An institution handed a sealed list to its exam body (4.7)."""

    TYPE: ClassVar[str] = "declaration.list_submitted.v1"


class QualifiedListAccepted(QualifiedListEvent):
    """The exam body accepted it: all its declarations are filed."""

    TYPE: ClassVar[str] = "declaration.list_accepted.v1"


class QualifiedListReturned(QualifiedListEvent):
    """The exam body sent it back with reasons."""

    TYPE: ClassVar[str] = "declaration.list_returned.v1"
    reason_codes: list[str]


class LateFilingPermitted(QualifiedListEvent):
    """The exam body lets an institution hand a list in after the deadline (4.7, B13)."""

    TYPE: ClassVar[str] = "declaration.late_filing_permitted.v1"
    reason_code: str
