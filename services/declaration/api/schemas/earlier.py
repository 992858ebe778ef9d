"""Answers about an earlier year's declaration."""

from datetime import datetime
from uuid import UUID

from services.declaration.api.schemas.drafting import ProblemView
from shared.web.schemas import View


class EarlierView(View):
    """The last declaration the caller handed in before the current exam year."""

    cycle_year: int
    number: str
    state: str
    submitted_at: datetime


class EarlierDeclarationView(View):
    """What there is to copy, and why it does not stand for this year (P11)."""

    earlier: EarlierView | None
    banner: str


class CopiedView(View):
    """The draft after the copy, and what was left out of it or changed."""

    id: UUID
    version: int
    from_year: int
    left_out: list[ProblemView]
