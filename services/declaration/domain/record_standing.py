"""Where the records of a year stand, as the exam bodies above their units supervise them (B8)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Standing = Literal["drafting", "waiting", "returned", "approved", "qualified", "filed", "ended"]
"""Each record has exactly one. drafting: never handed in; waiting: the unit has to decide; returned: with the candidate
again; approved: not yet evaluated as qualified; qualified: may go on a list; ended: rejected, lapsed or revoked."""

Lack = Literal["prior_confirmation", "evaluation", "certificate", "full_year", "list"]
"""What a record still needs from its unit, any number of them. prior_confirmation: an earlier row that is not confirmed
(4.5); evaluation: handed in and not judged yet; certificate: judged qualified, and none issued; full_year: certified
provisionally, the full year not entered (4.6); list: approved and qualified, and on no list (4.7)."""


@dataclass(frozen=True, slots=True)
class BodyRecords:
    """How many records stand where, of one body with all below it, or of what files with the asked body itself (`own`).
    `reopened` and `late` count records of any standing."""

    body_id: UUID
    name: str
    level: str
    own: bool
    counts: dict[Standing, int]
    reopened: int
    late: int


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records: of one body with all below it, or only what files with that body itself (`direct`). `text` is part
    of an institution's name, or a receipt number; None does not filter."""

    cycle_id: UUID
    body_id: UUID
    direct: bool = False
    standing: Standing | None = None
    reopened: bool | None = None
    late: bool | None = None
    institution_id: UUID | None = None
    text: str | None = None
    lacks: Lack | None = None
