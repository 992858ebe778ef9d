"""Forecasts of what will be filed, with what they rest on (B8)."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import PageQuery, View


class ForecastsQuery(PageQuery):
    """Of which year, and of which body with all below it; the caller's own when left out."""

    cycle_id: UUID
    body_id: UUID | None = None


class InputsView(View):
    """The numbers of that day: records by where they stood, decisions of the year, filings of the last seven days."""

    filed: int
    qualified: int
    approved: int
    submitted: int
    editable: int
    accepted: int
    rejected: int
    filed_lately: int
    due: list[tuple[date, int, int]] = Field(description="last day, institutions, people who are not filed yet")


class ResultView(View):
    """The arithmetic: at_least = filed; prepared = filed + qualified; expected = prepared + approved + submitted x
    accepted / (accepted + rejected), none below 20 decisions; at_most = prepared + approved + submitted + editable;
    remaining = qualified + approved; days_needed = remaining x 7 / filed_lately, rounded up."""

    at_least: int
    prepared: int
    expected: int | None
    at_most: int
    approval_percent: int | None
    remaining: int
    days_left: int | None
    days_needed: int | None


class ForecastView(View):
    """One day."""

    day: date
    inputs: InputsView
    result: ResultView
    made_at: datetime
