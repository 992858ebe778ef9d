"""Bodies and answers of the signals of nominal affiliation (8.2). Only exam bodies and auditors see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.web.cursors import Page
from shared.web.schemas import Body, PageQuery, View

HitState = Literal["open", "cleared", "dismissed", "followed_up", "sanctioned"]
RuleId = Annotated[str, Field(pattern=r"^F\d{1,2}$")]
Limit = Annotated[int, Field(ge=0, le=1_000_000)]
Limits = dict[Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")], Limit]


class RiskHitsQuery(PageQuery):
    """Filters of the list. Without `cycle_id` the current exam year."""

    cycle_id: UUID | None = None
    state: HitState = "open"
    rule: RuleId | None = None
    institution_id: UUID | None = None


class RiskHitSearch(Body):
    """POST /risk-hit-searches: a whole name or document number, which must not stand in an address."""

    q: str = Field(min_length=1, max_length=60)
    cycle_id: UUID | None = None
    state: HitState = "open"
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=400)


class RiskDecision(Body):
    """POST /risk-hits/{hit_id}/decision."""

    decision: Literal["dismissed", "followed_up", "sanctioned"]
    reason: str = Field(min_length=2, max_length=1000)


class RiskRuleSetting(Body):
    """PUT /risk-rules/{rule}: every threshold of the rule, and why."""

    enabled: bool = True
    limits: Limits = Field(max_length=10)
    reason: str = Field(min_length=2, max_length=500)


class RiskTrialRequest(Body):
    """POST /risk-rules/{rule}/trials: thresholds to try."""

    enabled: bool = True
    limits: Limits = Field(max_length=10)


class RiskHitView(View):
    """A hit in a page. `score` is from 1 to 100; the person is masked and null where the subject is none."""

    id: UUID
    rule: str
    title_zh: str
    title_en: str
    state: HitState
    version: int
    score: int
    value: int
    cycle_id: UUID
    subject_kind: Literal["declaration", "institution", "supervisor", "reviewer"]
    institution_id: UUID
    institution_name: str | None
    name_masked: str | None
    document_no_masked: str | None
    found_at: datetime
    cleared_at: datetime | None
    decided_at: datetime | None


class RiskHitPage(Page[RiskHitView]):
    """The gravest first."""


class ConcernedView(View):
    """Somebody whom a hit speaks of, masked."""

    declaration_id: UUID
    number: str | None
    institution_id: UUID
    institution_name: str
    name_masked: str | None
    document_no_masked: str | None


class RiskDecisionView(View):
    """What was decided, by which role of which exam body, and why."""

    decision: Literal["dismissed", "followed_up", "sanctioned"]
    reason: str
    decided_by: UUID
    role: str
    decided_at: datetime


class RiskHitDetail(RiskHitView):
    """A hit with what it rests on. `people_elsewhere` declared outside the viewer's jurisdiction; `request` is what the
    institution may be asked for."""

    explanation_zh: str
    explanation_en: str
    inputs: dict[str, str | int | list[str]]
    limits: dict[str, int]
    thresholds_version: int
    subject_id: UUID
    subject_masked: str | None
    people: list[ConcernedView]
    people_elsewhere: int
    request_zh: str | None
    request_en: str | None
    decisions: list[RiskDecisionView]


class RiskDecidedView(View):
    """A hit after a decision."""

    id: UUID
    state: HitState
    version: int


class BoundsView(View):
    """How far a threshold may be moved."""

    least: int
    most: int


class RiskRuleView(View):
    """A rule as it is set."""

    rule: str
    subject_kind: Literal["declaration", "institution", "supervisor", "reviewer"]
    title_zh: str
    title_en: str
    enabled: bool
    limits: dict[str, int]
    bounds: dict[str, BoundsView]


class RiskRulesView(View):
    """Every rule. `version` is what a change must name."""

    version: int
    reason: str
    set_at: datetime
    rules: list[RiskRuleView]


class RiskTrialView(View):
    """What other thresholds would find: `found_now` hits before, `found_then` after, among `subjects` so far."""

    id: UUID
    rule: str
    enabled: bool
    limits: dict[str, int]
    thresholds_version: int
    state: Literal["running", "done"]
    subjects: int
    found_now: int
    found_then: int
    would_appear: int
    would_vanish: int
    asked_at: datetime
    done_at: datetime | None
