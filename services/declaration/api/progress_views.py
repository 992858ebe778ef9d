"""From progress and road to what candidates see."""

from collections.abc import Sequence
from typing import Final

import orjson

from services.declaration.api.difference_views import words_view
from services.declaration.api.drafting_views import timeline_view
from services.declaration.api.schemas.differences import WordsView
from services.declaration.api.schemas.progress import (
    LabelledReasonView,
    LabelledStepView,
    LeftView,
    ProgressView,
    QueuePositionView,
    RoadStepView,
    RoadView,
)
from services.declaration.domain.cycle import Cycle
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.domain.field_labels import Words
from services.declaration.domain.road import RoadStep, StepState
from services.declaration.storage.timeline import TimelineEntry
from services.declaration.use_cases.progress.view_progress import Progress
from shared.clock import SHANGHAI
from shared.security.keyring import Keyring

_ACTIONS: Final = {
    "create": Words("开始申报", "Started"),
    "submit": Words("提交申报", "Handed in"),
    "withdraw": Words("撤回申报", "Taken back"),
    "claim": Words("单位开始审核", "Review begun"),
    "release": Words("退回待审队列", "Back in the queue"),
    "approve_first": Words("初审通过，待本单位第二人复核", "Approved by one reviewer; a second one looks"),
    "take_back_first_approval": Words("初审意见已撤回", "First approval taken back"),
    "oppose_first_approval": Words("复核未通过，继续审核", "Second reviewer disagrees; review goes on"),
    "approve": Words("审核通过", "Approved"),
    "return_for_modification": Words("退回修改", "Returned for modification"),
    "reject": Words("审核不通过", "Rejected"),
    "allow_modification": Words("允许修改", "Modification allowed"),
    "restart": Words("重新申报", "Begun again"),
    "file": Words("已备案", "Filed"),
    "reopen": Words("备案后重新开放", "Reopened after filing"),
    "lapse": Words("申报失效", "Lapsed"),
    "revoke": Words("申报撤销", "Revoked"),
    "revoke_with_identity": Words("因实名认证撤销而撤销", "Revoked with the verification"),
}
_ROLES: Final = {
    "candidate": Words("考生", "Candidate"),
    "institution_business_admin": Words("单位业务管理员", "Administrator of the unit"),
    "institution_owner": Words("单位主账号", "Owner of the unit"),
    "point_admin": Words("报名点", "Registration point"),
    "site_admin": Words("考点", "Exam site"),
    "zone_admin": Words("考区", "Exam zone"),
    "system": Words("系统", "System"),
}


def progress_view(progress: Progress, keyring: Keyring) -> ProgressView:
    """A39, A43."""
    shown = timeline_view(progress.declaration, progress.steps, keyring)
    position, waiting = progress.position, shown.waiting_for
    steps = [
        LabelledStepView(
            **step.model_dump(exclude={"at"}),
            at=step.at.astimezone(SHANGHAI),
            version=entry.version,
            action_words=words_view(_ACTIONS.get(step.action, Words(step.action, step.action))),
            role_words=words_view(_ROLES.get(step.role, Words(step.role, step.role))),
            labelled_reasons=[
                LabelledReasonView(**one.model_dump(), label=_label(progress, step.action, one.code))
                for one in step.reasons
            ],
        )
        for step, entry in zip(shown.items, progress.steps, strict=True)
    ]
    placed = None
    if position is not None and waiting is not None:
        hours = None if position.usual is None else round(position.usual.total_seconds() / 3600, 1)
        placed = QueuePositionView(
            **waiting.model_dump(), ahead=position.ahead, usual_hours=hours, decided=position.decided
        )
    return ProgressView(**shown.model_dump(), position=placed, steps=steps)


def road_view(cycle: Cycle, steps: Sequence[RoadStep]) -> RoadView:
    """A1."""
    return RoadView(
        cycle_id=cycle.id,
        exam_year=cycle.year,
        declaration_closes_at=cycle.held.declaration_closes_at,
        approved=steps[0].state is StepState.DONE,
        steps=[
            RoadStepView(
                step=one.step,
                title=words_view(one.title),
                state=one.state.value,
                left=[LeftView(code=left.code, words=words_view(left.words)) for left in one.left],
            )
            for one in steps
        ],
    )


def step_line(entry: TimelineEntry) -> bytes:
    """A step as the data of an event: no text of a reason, which the timeline shows."""
    return orjson.dumps(
        {
            "version": entry.version,
            "at": entry.at.astimezone(SHANGHAI),
            "action": entry.action,
            "role": entry.role,
            "from_state": entry.from_state,
            "to_state": entry.to_state,
            "to_state_zh": STATE_ZH[State(entry.to_state)],
            "reason_codes": entry.reason_codes,
        }
    )


def _label(progress: Progress, action: str, code: str) -> WordsView:
    return words_view(progress.reason_words.get((action, code), Words(code, code)))
