"""From what the use cases return to what reviewers see."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from services.declaration.api.drafting_views import (
    confirmation_view,
    document_view,
    identity_view,
    timeline_view,
)
from services.declaration.api.schemas.reviews import ChangeView, DecisionView, QueueItemView, QueueView, ReviewView
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.reviews import QueueRow
from services.declaration.storage.timeline import TimelineEntry
from services.declaration.use_cases.reviewing.view_submission import Submission
from shared.errors import NotFound
from shared.security.keyring import Keyring
from shared.web.cursors import encode_cursor


def queue_view(rows: Sequence[QueueRow], limit: int, counts: Mapping[str, int]) -> QueueView:
    """One row more than shown was read, to know whether there is another page."""
    shown = rows[:limit]
    following = encode_cursor(shown[-1].submitted_at, shown[-1].id) if len(rows) > limit else None
    items = [QueueItemView(**asdict(one), state_zh=STATE_ZH[State(one.state)]) for one in shown]
    return QueueView(items=items, next_cursor=following, counts=dict(counts))


def review_view(submission: Submission, steps: Sequence[TimelineEntry], keyring: Keyring) -> ReviewView:
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
        claimed_by=declaration.claimed_by,
        claimed_until=declaration.claimed_until,
        identity=identity_view(snapshot.identity),
        content=snapshot.content,
        probation_months=snapshot.months,
        probation_days=snapshot.days,
        allowed_by=snapshot.allowed_by,
        warnings=snapshot.warnings,
        documents=[document_view(one, keyring) for one in submission.documents],
        confirmations=[confirmation_view(one, declaration.id, keyring) for one in submission.confirmations.values()],
        changes=[ChangeView(pointer=one.pointer, before=one.before, after=one.after) for one in submission.changes],
        timeline=timeline_view(declaration, steps, keyring).items,
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
        decided_at=declaration.decided_at,
    )
