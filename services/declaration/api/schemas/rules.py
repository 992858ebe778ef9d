"""Bodies and answers about the rules of a year: drafts, dry runs, publications, differences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from services.declaration.domain.eligibility import RuleRow
from services.declaration.domain.rule_differences import RuleDifference
from services.declaration.storage.rule_drafts import RuleDraft
from services.declaration.storage.rule_publications import RulePublication
from services.declaration.storage.rule_trials import RuleTrial
from shared.web.schemas import Body, View

_Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class RuleBody(Body):
    """One rule. `applies` and `condition` as in domain.conditions; sentences may quote facts in braces. A rule that is
    not `enabled` stays in the version and is not evaluated."""

    effect: Literal["allow", "block", "warn", "require"]
    applies: dict[str, JsonValue]
    condition: dict[str, JsonValue]
    pointer: Annotated[str, StringConstraints(pattern=r"^/[a-z_/]*$", max_length=100)]
    message_zh: _Sentence
    message_en: _Sentence
    cure_zh: _Sentence
    cure_en: _Sentence
    source: _Sentence
    enabled: bool = True

    def row(self, rule_id: str) -> RuleRow:
        """As the domain has it."""
        return RuleRow(id=rule_id, **self.model_dump())


class RuleView(RuleBody):
    """One rule of a version or of a draft."""

    id: str

    @classmethod
    def of(cls, row: RuleRow) -> Self:
        """From the row."""
        return cls(**{name: getattr(row, name) for name in RuleRow.__slots__})


class RuleDraftView(View):
    """A draft without its rows."""

    id: UUID
    cycle_id: UUID
    base_version: int
    state: str
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, draft: RuleDraft) -> Self:
        """From the row."""
        return cls(**{name: getattr(draft, name) for name in cls.model_fields})


class RuleDifferenceView(View):
    """One rule that differs, in which fields, and both forms of it."""

    rule: str
    change: Literal["added", "removed", "changed"]
    fields: list[str]
    before: RuleView | None
    after: RuleView | None

    @classmethod
    def of(cls, one: RuleDifference) -> Self:
        """From the comparison."""
        return cls(
            rule=one.rule,
            change=one.change,
            fields=list(one.fields),
            before=RuleView.of(one.before) if one.before else None,
            after=RuleView.of(one.after) if one.after else None,
        )


class RuleDraftDetailView(View):
    """A draft with its rows, and what differs from the version it was copied from."""

    draft: RuleDraftView
    rules: list[RuleView]
    differences: list[RuleDifferenceView]
    version: int


class RuleTrialView(View):
    """A dry run. `stricter` would fail now and did not, `milder` the other way round, each with some receipt numbers;
    by rule how many declarations it newly stops, no longer stops, newly warns. `capped`: there were more than it may
    judge. `outdated`: the draft was changed meanwhile."""

    id: UUID
    state: str
    draft_version: int
    total: int
    done: int
    judged: int
    skipped: int
    capped: bool
    stricter: int
    milder: int
    newly_failed: dict[str, int]
    no_longer_failed: dict[str, int]
    newly_warned: dict[str, int]
    stricter_numbers: list[str]
    milder_numbers: list[str]
    requested_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, trial: RuleTrial) -> Self:
        """From the row."""
        counts: dict[str, Any] = trial.counts.as_data()
        return cls(
            id=trial.id,
            state=trial.state,
            draft_version=trial.draft_version,
            total=trial.total,
            done=trial.counts.judged + trial.counts.skipped,
            capped=trial.total >= trial.most,
            requested_at=trial.requested_at,
            finished_at=trial.finished_at,
            **counts,
        )


class PublicationBody(Body):
    """Why, and from when on; without a moment at once."""

    reason: Annotated[str, StringConstraints(min_length=5, max_length=1000)]
    effective_at: AwareDatetime | None = None


class PublicationView(View):
    """A published version of the rules; `applied_at` is null while it waits for its moment."""

    catalogue_version: int
    base_version: int
    reason: str
    published_by: UUID
    published_at: datetime
    effective_at: datetime
    applied_at: datetime | None

    @classmethod
    def of(cls, one: RulePublication) -> Self:
        """From the row."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class RuleVersionsView(View):
    """The version in force, and everything published for the year, the newest first."""

    in_force: int
    items: list[PublicationView]

    @classmethod
    def over(cls, in_force: int, published: Iterable[RulePublication]) -> Self:
        """From the rows."""
        return cls(in_force=in_force, items=[PublicationView.of(one) for one in published])


class DifferencesQuery(Body):
    """Compared with another version of the year than the one it was made from."""

    with_version: int | None = Field(None, ge=1)


class RuleDifferencesView(View):
    """What differs between two versions."""

    catalogue_version: int
    with_version: int
    items: list[RuleDifferenceView]
