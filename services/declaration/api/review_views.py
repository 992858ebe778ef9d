"""From what the use cases return to what reviewers see."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.declaration.api.drafting_views import (
    confirmation_view,
    document_view,
    identity_view,
    timeline_view,
)
from services.declaration.api.schemas.drafting import StepView
from services.declaration.api.schemas.reviews import (
    ChangeView,
    DecisionView,
    QueueItemView,
    QueueView,
    ReviewStepView,
    ReviewView,
)
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.reviews import QueueRow
from services.declaration.storage.timeline import TimelineEntry
from services.declaration.use_cases.reviewing.find_colleagues import Colleagues
from services.declaration.use_cases.reviewing.view_submission import Submission
from shared.errors import NotFound
from shared.security.keyring import Keyring
from shared.web.cursors import encode_cursor


def queue_view(
    rows: Sequence[QueueRow], limit: int, counts: Mapping[str, int], second_looks: int, colleagues: Colleagues
) -> QueueView:
    """One row more than shown was read, to know whether there is another page."""
    shown = rows[:limit]
    following = encode_cursor(shown[-1].submitted_at, shown[-1].id) if len(rows) > limit else None
    items = [QueueItemView(**_of_unit(one, colleagues), state_zh=STATE_ZH[State(one.state)]) for one in shown]
    return QueueView(items=items, next_cursor=following, counts=dict(counts), second_looks=second_looks)


def _of_unit(row: QueueRow, colleagues: Colleagues) -> dict[str, Any]:
    named = {name: colleagues.unless_elsewhere(getattr(row, name)) for name in ("claimed_by", "first_approved_by")}
    return {name: getattr(row, name) for name in QueueRow.__slots__} | named


def review_view(
    submission: Submission, steps: Sequence[TimelineEntry], colleagues: Colleagues, keyring: Keyring
) -> ReviewView:
    """Everything on one page."""
    declaration, snapshot = submission.declaration, submission.snapshot
    if declaration.number is None or declaration.submitted_at is None:
        raise NotFound
    return ReviewView(
        id=declaration.id,
        number=declaration.number,
        state=declaration.state.value,
        state_zh=STATE_ZH[declaration.state],
        version=declaration.version,
        cycle_year=declaration.cycle_year,
        exam_level=declaration.exam_level,
        exam_category_code=declaration.exam_category_code,
        route=declaration.route,
        institution_name=declaration.institution_name,
        submission=declaration.submission,
        submitted_at=declaration.submitted_at,
        claimed_by=colleagues.unless_elsewhere(declaration.claimed_by),
        claimed_until=declaration.claimed_until,
        **_first_approved(declaration, colleagues),
        identity=identity_view(snapshot.identity),
        content=snapshot.content,
        probation_months=snapshot.months,
        probation_days=snapshot.days,
        allowed_by=snapshot.allowed_by,
        warnings=snapshot.warnings,
        documents=[document_view(one, keyring) for one in submission.documents],
        confirmations=[confirmation_view(one, declaration.id, keyring) for one in submission.confirmations.values()],
        changes=[ChangeView(pointer=one.pointer, before=one.before, after=one.after) for one in submission.changes],
        timeline=_named(timeline_view(declaration, steps, keyring).items, steps, colleagues),
    )


def decision_view(declaration: Declaration) -> DecisionView:
    """After a step."""
    return DecisionView(
        id=declaration.id,
        number=declaration.number,
        state=declaration.state.value,
        state_zh=STATE_ZH[declaration.state],
        version=declaration.version,
        claimed_until=declaration.claimed_until,
        **_first_approved(declaration, None),
        decided_at=declaration.decided_at,
    )


def _first_approved(declaration: Declaration, colleagues: Colleagues | None) -> dict[str, Any]:
    """After one's own step without asking: what stands then was said at this unit a moment ago."""
    if (first := declaration.first_approval) is None:
        return {"first_approved_by": None, "first_approved_at": None}
    by = colleagues.unless_elsewhere(first.by) if colleagues else first.by
    return {"first_approved_by": by, "first_approved_at": first.at}


def _named(shown: Sequence[StepView], steps: Sequence[TimelineEntry], colleagues: Colleagues) -> list[ReviewStepView]:
    """Colleagues see which account of the unit took a step; of other units and bodies they see the role."""
    return [
        ReviewStepView(**one.model_dump(), staff_id=colleagues.named(step.actor_id, step.role))
        for one, step in zip(shown, steps, strict=True)
    ]
