"""What a candidate, two reviewers and the clock may do to a declaration at any moment, played against the running
service and a model of 4.4 that was written from the specification, not from the code."""

import asyncio
from collections.abc import Awaitable, Coroutine
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, integers, sampled_from

from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId, new_id
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION, Unit, complete_content
from tests.integration.declaration.season import Draft, Season
from tests.support.service_under_test import Answer, Caller

EDITABLE = frozenset({"draft", "withdrawn", "modification_allowed", "returned"})
WAITING = frozenset({"submitted", "under_review"})
# (who sends it, from where, to where, the refusal elsewhere): 4.4, row by row.
DECISIONS: dict[str, tuple[frozenset[str], str, str, Any]] = {
    "claim": (WAITING, "under_review", "declaration_not_under_review", None),
    "approval": (WAITING, "approved", "declaration_not_under_review", None),
    "return": (WAITING, "returned", "declaration_not_under_review", REASONS),
    "rejection": (WAITING, "rejected", "declaration_not_under_review", REJECTION),
    "modification-allowance": (
        WAITING | {"approved", "rejected"},
        "modification_allowed",
        "modification_not_possible",
        ALLOWANCE,
    ),
}
CLAIM = timedelta(minutes=30)
ACCEPTED = {"notice_version": 1, "accepted": True}
REVIEWERS = integers(0, 1)
T = TypeVar("T")


class DeclarationMachine(RuleBasedStateMachine):
    """One declaration, from its draft on; `state` and `version` are the model's."""

    season: ClassVar[Season]
    units: ClassVar[list[Unit]]
    loop: ClassVar[asyncio.AbstractEventLoop]
    answered: ClassVar[int] = 0

    state: str
    version: int
    draft: Draft

    @initialize()
    def begin(self) -> None:
        """A person of the first unit with a complete draft."""
        self.home, self.steps = 0, 1
        self.reviewers = [new_id(), new_id()]
        self.claimed_by: int | None = None
        self.claimed_until: datetime | None = None
        self.submissions, self.unanswered = 0, False
        person = self.do(self.season.has_person(self.units[0]))
        self.draft = self.do(self.season.draft(person, complete_content(self.units[0])))
        self.state, self.version = "draft", self.draft.version

    # -- the candidate

    @rule()
    def save(self) -> None:
        """Content changes only while it is editable (A40)."""
        content = complete_content(self.units[self.home]) | {"note": f"版本{self.version}"}
        path = f"{self.draft.path}/content"
        answer = self.do(self.api.put(path, content, version=self.version))
        if self.expect(answer, None if self.state in EDITABLE else "declaration_not_editable"):
            self.version += 1

    @rule()
    def submit(self) -> None:
        """Editable -> submitted, once every reason of a return is answered."""
        answer = self.do(self.api.post(f"{self.draft.path}/submission", ACCEPTED, version=self.version))
        refusal = None if self.state in EDITABLE else "declaration_not_editable"
        if refusal is None and self.unanswered:
            refusal = "declaration_incomplete"
        if self.expect(answer, refusal):
            self.submissions += 1
            self.moved("submitted")

    @rule()
    def answer_the_reasons(self) -> None:
        """Only while returned."""
        body = {"answers": [{"place": 0, "answer": "changed"}]}
        answer = self.do(self.api.put(f"{self.draft.path}/reason-answers", body, version=self.version))
        if self.expect(answer, None if self.state == "returned" else "declaration_not_returned"):
            self.version, self.unanswered = self.version + 1, False

    @rule()
    def withdraw(self) -> None:
        """Undecided -> withdrawn; a claim is released (A41)."""
        answer = self.do(self.api.post(f"{self.draft.path}/withdrawal", version=self.version))
        if self.expect(answer, None if self.state in WAITING else "declaration_already_decided"):
            self.moved("withdrawn")

    @precondition(lambda self: self.state == "rejected")
    @rule()
    def begin_again_elsewhere(self) -> None:
        """rejected -> draft with another unit, in the same record."""
        self.home = 1 - self.home
        unit = self.units[self.home]
        self.do(self.season.binds(self.draft.person, unit))
        body = {
            "cycle_id": self.season.cycle_id,
            "exam_level": "licensed_physician",
            "exam_category_code": "110",
        }
        answer = self.do(self.api.post("/declarations", body))
        assert answer.body["id"] == self.draft.id, answer.body
        assert self.expect(answer, None)
        self.moved("draft")
        self.save()

    # -- reviewers

    @rule(who=REVIEWERS, step=sampled_from(sorted(DECISIONS)))
    def decide(self, who: int, step: str) -> None:
        """Undecided -> decided, by whoever holds the claim; modification also from approved and rejected (A42)."""
        answer = self.do(self.reviewing(who, step, self.version))
        if self.expect(answer, self.refusal_of(who, step)):
            self.decided(who, step)

    @precondition(lambda self: self.state == "submitted")
    @rule(who=REVIEWERS, step=sampled_from(sorted(DECISIONS)))
    def decide_what_waits(self, who: int, step: str) -> None:
        """The same, where it is of use."""
        self.decide(who, step)

    @precondition(lambda self: self.submissions > 0)
    @rule(step=sampled_from(sorted(DECISIONS)), first=booleans())
    def withdraw_against_a_decision(self, step: str, first: bool) -> None:
        """At the same moment, in both orders: one of them at most, and the model follows whichever it was."""
        pair = [self.api.post(f"{self.draft.path}/withdrawal", version=self.version)]
        pair.insert(first, self.reviewing(0, step, self.version))
        answers = self.do(_together(pair))
        decision, withdrawal = answers[first], answers[not first]
        allowed = self.refusal_of(0, step) is None, self.state in WAITING
        assert [decision.status == 200, withdrawal.status == 200].count(True) == (1 if any(allowed) else 0), (
            self.state,
            step,
            decision.body,
            withdrawal.body,
        )
        type(self).answered += 2
        if decision.status == 200:
            self.decided(0, step)
        elif withdrawal.status == 200:
            self.moved("withdrawn")

    @rule(step=sampled_from(sorted(DECISIONS)))
    def decide_on_an_old_version(self, step: str) -> None:
        """Stale is refused, and names the version and the state that there are."""
        answer = self.do(self.reviewing(0, step, self.version - 1))
        self.expect(answer, "stale_version" if self.submissions else "not_found")

    # -- the clock and the zone

    @precondition(lambda self: self.state == "under_review")
    @rule()
    def the_claim_runs_out(self) -> None:
        """under_review -> submitted."""
        self.season.later(CLAIM + timedelta(minutes=1))
        jobs = {job.name: job for job in self.season.service.definition.jobs}
        self.do(_done(jobs["release-claims"].run(self.season.service.deps)))
        self.moved("submitted")

    @precondition(lambda self: self.steps > 8 and self.state != "revoked")
    @rule()
    def the_verification_is_revoked(self) -> None:
        """Any -> revoked, for good."""
        event = PersonRevoked(
            occurred_at=self.season.clock.now(),
            aggregate_version=9,
            person_id=PersonId(self.draft.person.id),
            reason_code="fraud",
            revoked_at=self.season.clock.now(),
        )
        self.do(self.season.service.deliver(event))
        self.moved("revoked")

    # -- what always holds

    @invariant()
    def the_service_agrees(self) -> None:
        """State, version, last step and possible actions are the model's."""
        if not hasattr(self, "draft"):
            return
        shown = self.do(self.api.get("/declarations")).body["items"]
        own = next(one for one in shown if one["id"] == self.draft.id)
        assert (own["state"], own["version"], own["submission"]) == (self.state, self.version, self.submissions)
        actions = (["submit"] if self.state in EDITABLE else []) + (["withdraw"] if self.state in WAITING else [])
        assert own["actions"] == actions
        timeline = self.do(self.api.get(f"{self.draft.path}/timeline")).body
        assert (timeline["items"][-1]["to_state"], len(timeline["items"])) == (self.state, self.steps)
        assert (timeline["position"] is not None) == (self.state in WAITING)

    # -- the model

    @property
    def api(self) -> Caller:
        """The candidate."""
        return self.draft.person.api

    def reviewing(self, who: int, step: str, version: int) -> Coroutine[Any, Any, Answer]:
        """A step of a reviewer of the unit it lies with."""
        reviewer = self.season.reviewer(self.units[self.home], id=self.reviewers[who])
        return reviewer.post(f"/reviews/{self.draft.id}/{step}", DECISIONS[step][3], version=version)

    def refusal_of(self, who: int, step: str) -> str | None:
        """Why a reviewer is refused, or None."""
        allowed, _, refusal, _ = DECISIONS[step]
        if not self.submissions:
            return "not_found"
        if self.state == "under_review" and self.claimed_by != who and self.claim_holds:
            return "claimed_by_another"
        return None if self.state in allowed else refusal

    @property
    def claim_holds(self) -> bool:
        """Whether somebody's claim has not run out."""
        return self.claimed_until is not None and self.claimed_until > self.season.clock.now()

    def decided(self, who: int, step: str) -> None:
        """A reviewer's step was taken."""
        self.moved(DECISIONS[step][1])
        self.unanswered = step == "return"
        if step == "claim":
            self.claimed_by, self.claimed_until = who, self.season.clock.now() + CLAIM

    def moved(self, state: str) -> None:
        """One step of the timeline."""
        self.state, self.version, self.steps = state, self.version + 1, self.steps + 1
        self.claimed_by = self.claimed_until = None

    def expect(self, answer: Answer, refusal: str | None) -> bool:
        """Whether it was done; fails unless done or refused as the model says."""
        type(self).answered += 1
        done = answer.status in (200, 201)
        assert (done, answer.code if not done else None) == (refusal is None, refusal), (self.state, answer.body)
        return done

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the loop of the service; the machine runs in a thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)


async def _done(work: Awaitable[None]) -> None:
    await work


async def _together(calls: list[Coroutine[Any, Any, Answer]]) -> list[Answer]:
    return list(await asyncio.gather(*calls))
