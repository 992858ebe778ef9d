"""What a test knows of one declaration beside the service, and whom it may ask: the model of the state machine."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine

from tests.integration.declaration.declaration_table import EDITABLE, TABLE, WAITING, Played
from tests.integration.declaration.exam_years import ExamYears
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION, Unit
from tests.integration.declaration.season import Draft, Season
from tests.support.service_under_test import Answer, Caller

# (what it is in the table, the refusal elsewhere, what is sent)
DECISIONS: dict[str, tuple[str, str, Any]] = {
    "claim": ("claim", "declaration_not_under_review", None),
    "approval": ("approve", "declaration_not_under_review", None),
    "return": ("return_for_modification", "declaration_not_under_review", REASONS),
    "rejection": ("reject", "declaration_not_under_review", REJECTION),
    "modification-allowance": ("allow_modification", "modification_not_possible", ALLOWANCE),
}
STEPS = {action: step for step, (action, _, _) in DECISIONS.items()}
WHY = {"reason_code": "name_wrong", "text": "姓名与身份证不一致，请更正"}
CLAIM = timedelta(minutes=30)
ACCEPTED = {"notice_version": 1, "accepted": True}
T = TypeVar("T")


class DeclarationModel(RuleBasedStateMachine):
    """One declaration, from its draft on; `state` and `version` are the model's."""

    years: ClassVar[ExamYears]
    played: ClassVar[Played]
    loop: ClassVar[asyncio.AbstractEventLoop]
    answered: ClassVar[int] = 0
    differences: ClassVar[list[tuple[str, object, object]]]

    failed: bool = False
    state: str
    version: int
    draft: Draft
    home: int
    steps: int
    submissions: int
    unanswered: bool
    fresh: bool
    reviewers: list[UUID]
    claimed_by: int | None
    claimed_until: datetime | None

    def agree(self) -> None:
        """Fails unless state, version, last step and possible actions are the model's in the service too."""
        shown = self.do(self.api.get("/declarations")).body["items"]
        own = next(one for one in shown if one["id"] == self.draft.id)
        self.check((own["state"], own["version"], own["submission"]), (self.state, self.version, self.submissions))
        actions = (["submit"] if self.state in EDITABLE else []) + (["withdraw"] if self.state in WAITING else [])
        self.check(own["actions"], actions)
        timeline = self.do(self.api.get(f"{self.draft.path}/timeline")).body
        self.check((timeline["items"][-1]["to_state"], len(timeline["items"])), (self.state, self.steps))
        self.check(timeline["position"] is not None, self.state in WAITING)

    @property
    def season(self) -> Season:
        """The callers and the clock."""
        return self.years.season

    @property
    def unit(self) -> Unit:
        """The unit it lies with."""
        return self.years.units[self.home]

    @property
    def content(self) -> dict[str, Any]:
        """What this person declares there."""
        return self.years.content(self.unit, fresh=self.fresh)

    @property
    def api(self) -> Caller:
        """The candidate."""
        return self.draft.person.api

    def reviewing(self, who: int, step: str, version: int) -> Coroutine[Any, Any, Answer]:
        """A step of a reviewer of the unit it lies with."""
        reviewer = self.season.reviewer(self.unit, id=self.reviewers[who])
        return reviewer.post(f"/reviews/{self.draft.id}/{step}", DECISIONS[step][2], version=version)

    def taken_back(self, step: str) -> Coroutine[Any, Any, Answer]:
        """A step of the exam body."""
        return self.years.exam_body.post(f"/filed-declarations/{self.draft.id}/{step}", WHY, version=self.version)

    def refusal_of_exam_body(self, action: str, refusal: str) -> str | None:
        """Why the exam body is refused, or None; it sees what was handed in."""
        if not self.submissions:
            return "not_found"
        return None if self.state in TABLE[action][0] else refusal

    def refusal_of(self, who: int, step: str) -> str | None:
        """Why a reviewer is refused, or None."""
        action, refusal, _ = DECISIONS[step]
        if not self.submissions:
            return "not_found"
        if self.state == "under_review" and self.claimed_by != who and self.claim_holds:
            return "claimed_by_another"
        return None if self.state in TABLE[action][0] else refusal

    @property
    def claim_holds(self) -> bool:
        """Whether somebody's claim has not run out."""
        return self.claimed_until is not None and self.claimed_until > self.season.clock.now()

    def decided(self, who: int, step: str) -> None:
        """A reviewer's step was taken."""
        self.moved(DECISIONS[step][0])
        self.unanswered = step == "return"
        if step == "claim":
            self.claimed_by, self.claimed_until = who, self.season.clock.now() + CLAIM

    def moved(self, action: str) -> None:
        """One row of the table, and one step of the timeline."""
        assert self.state in TABLE[action][0], (self.state, action)
        self.played.times[self.state, action] += 1
        self.state, self.version, self.steps = TABLE[action][1], self.version + 1, self.steps + 1
        self.claimed_by = self.claimed_until = None

    def expect(self, answer: Answer, refusal: str | None) -> bool:
        """Whether it was done; fails unless done or refused as the model says."""
        type(self).answered += 1
        done = answer.status in (200, 201)
        self.check((done, answer.code if not done else None), (refusal is None, refusal), answer.body)
        return done

    def check(self, seen: object, wanted: object, told: object = None) -> None:
        """Fails where the service is otherwise than the model, and keeps in which state."""
        if seen != wanted:
            self.failed = True
            self.differences.append((self.state, seen, wanted))
        assert seen == wanted, (self.state, seen, wanted, told)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the loop of the service; the machine runs in a thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)
