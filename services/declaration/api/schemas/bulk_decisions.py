"""Bodies and answers about decisions in bulk."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from services.declaration.api.drafting_views import problem_views
from services.declaration.api.schemas.drafting import ProblemView
from services.declaration.api.schemas.reviews import ReasonBody
from services.declaration.domain.bulk_decision import MOST, BulkDecision, WantedRow, reason_unwanted
from services.declaration.storage.bulk_decisions import BulkRow
from shared.web.schemas import Body, PageQuery, View


class SelectedBody(Body):
    """A submission at the version last seen."""

    id: UUID
    version: int = Field(ge=1)


class BulkBody(Body):
    """One decision about many submissions, with the same reasons."""

    decision: Literal["approve", "return", "reject"]
    reasons: list[ReasonBody] = Field([], max_length=20)
    items: list[SelectedBody] = Field(min_length=1, max_length=MOST)

    def rows(self) -> list[WantedRow]:
        """For the use case."""
        reasons = tuple(one.given() for one in self.reasons)
        problems = (reason_unwanted(),) if self.decision == "approve" and reasons else ()
        return [
            WantedRow(line, one.id, None, one.version, self.decision, reasons, problems)
            for line, one in enumerate(self.items, start=1)
        ]


class BulkView(View):
    """A bulk; counts are of rows by result: `unread` is still to be tried, `wrong` will not be carried out. Of those
    that wait `waiting_first`, of those that are done `done_first` are approvals that decide nothing before a second
    reviewer confirms them."""

    id: UUID
    version: int
    state: str
    source: str
    unread: int
    wrong: int
    waiting: int
    done: int
    refused: int
    waiting_first: int
    done_first: int
    created_at: datetime
    moved_at: datetime

    @classmethod
    def of(cls, bulk: BulkDecision) -> Self:
        """From the entity."""
        return cls(**{name: getattr(bulk, name) for name in cls.model_fields})


class BulkRowsQuery(PageQuery):
    """Rows by result."""

    result: Literal["unread", "wrong", "waiting", "done", "refused"] | None = None


class BulkRowView(View):
    """What is wrong with, or became of, a row; `first_of_two`: the approval waits for a second reviewer."""

    line: int
    declaration_id: UUID | None
    number: str | None
    decision: str | None
    result: str
    first_of_two: bool
    problems: list[ProblemView]

    @classmethod
    def of(cls, row: BulkRow, language: str) -> Self:
        """In the caller's language."""
        wanted = row.wanted
        return cls(
            line=wanted.line,
            declaration_id=wanted.declaration_id,
            number=wanted.number,
            decision=wanted.decision,
            result=row.result,
            first_of_two=row.first_of_two,
            problems=problem_views(row.problems, language),
        )
