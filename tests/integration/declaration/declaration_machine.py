"""What a candidate, two reviewers, the exam body and the clock may do to a declaration at any moment, played against
the running service and a model of 4.4. Each example is an exam year of its own, and ends by what was never played."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from hypothesis.stateful import initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, integers, sampled_from

from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId, new_id
from tests.integration.declaration.declaration_model import ACCEPTED, CLAIM, DECISIONS, STEPS, DeclarationModel
from tests.integration.declaration.declaration_table import EDITABLE, FINAL, TABLE, WAITING
from tests.integration.declaration.working import run
from tests.support.service_under_test import Answer

REVIEWERS = integers(0, 1)


class DeclarationMachine(DeclarationModel):
    """One declaration, from its draft on."""

    @initialize(fresh=booleans())
    def begin(self, fresh: bool) -> None:
        """A person of the first unit with a complete draft, who has a full year or is a fresh graduate."""
        self.fresh = fresh
        self.home, self.steps = 0, 1
        self.reviewers = [new_id(), new_id()]
        self.claimed_by = None
        self.claimed_until = None
        self.submissions, self.unanswered = 0, False
        self.do(self.years.begin())
        person = self.do(self.season.has_person(self.unit))
        self.draft = self.do(self.season.draft(person, self.content))
        if fresh:
            self.do(self.season.attach(self.draft, "undertaking_letter"))
        self.state, self.version = "draft", self.draft.version

    # -- the candidate

    @rule()
    def save(self) -> None:
        """Content changes only while it is editable (A40)."""
        content = self.content | {"note": f"版本{self.version}"}
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
            self.moved("submit")

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
            self.moved("withdraw")

    @precondition(lambda self: self.state == "rejected")
    @rule()
    def begin_again_elsewhere(self) -> None:
        """rejected -> draft with another unit, in the same record."""
        self.home = 1 - self.home
        self.do(self.season.binds(self.draft.person, self.unit))
        body = {
            "cycle_id": self.season.cycle_id,
            "exam_level": "licensed_physician",
            "exam_category_code": "110",
        }
        answer = self.do(self.api.post("/declarations", body))
        assert answer.body["id"] == self.draft.id, answer.body
        assert self.expect(answer, None)
        self.moved("restart")
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
        done = [decision.status == 200, withdrawal.status == 200].count(True)
        self.check(done, 1 if any(allowed) else 0, (step, decision.body, withdrawal.body))
        type(self).answered += 2
        if decision.status == 200:
            self.decided(0, step)
        elif withdrawal.status == 200:
            self.moved("withdraw")

    @rule(step=sampled_from(sorted(DECISIONS)))
    def decide_on_an_old_version(self, step: str) -> None:
        """Stale is refused, and names the version and the state that there are."""
        answer = self.do(self.reviewing(0, step, self.version - 1))
        self.expect(answer, "stale_version" if self.submissions else "not_found")

    # -- the exam body

    @precondition(lambda self: self.state == "approved")
    @rule()
    def file(self) -> None:
        """approved -> filed: evaluated, on a list that the exam body accepts (4.7)."""
        self.do(self.years.file(self.draft.id, self.unit, fresh=self.fresh))
        self.moved("file")

    @rule()
    def reopen(self) -> None:
        """filed -> modification_allowed, by the body of the filing."""
        answer = self.do(self.taken_back("reopening"))
        if self.expect(answer, self.refusal_of_exam_body("reopen", "declaration_not_filed")):
            self.moved("reopen")

    @precondition(lambda self: self.steps > 8 or self.state not in TABLE["revoke"][0])
    @rule()
    def revoke(self) -> None:
        """approved, filed -> revoked, for good."""
        answer = self.do(self.taken_back("revocation"))
        if self.expect(answer, self.refusal_of_exam_body("revoke", "declaration_not_approved")):
            self.moved("revoke")

    # -- the clock and the zone

    @precondition(lambda self: self.state == "under_review")
    @rule()
    def the_claim_runs_out(self) -> None:
        """under_review -> submitted."""
        self.season.later(CLAIM + timedelta(minutes=1))
        self.do(run(self.season, "release-claims"))
        self.moved("release")

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
        self.moved("revoke_with_identity")

    def the_year_closes(self) -> None:
        """What was not filed lapses, and what was filed on a provisional certificate (4.6); nothing follows."""
        self.do(self.years.close())
        if self.state not in FINAL and (self.state != "filed" or self.fresh):
            self.moved("lapse")
        self.agree()
        for path, body in (("submission", ACCEPTED), ("withdrawal", None)):
            answer = self.do(self.api.post(f"{self.draft.path}/{path}", body, version=self.version))
            self.check(answer.status, 409, answer.body)

    def teardown(self) -> None:
        """To something that no example has played, then the year closes. What failed has said so already."""
        if not hasattr(self, "draft") or self.failed:
            return
        while way := self.played.way_to_missing(self.state, lapses_filed=self.fresh):
            for _, action in way:
                self.play(action)
                self.agree()
        if self.state != "lapsed":
            self.the_year_closes()

    def play(self, action: str) -> None:
        """One row of the table, on purpose."""
        if action == "submit" and self.unanswered and self.state == "returned":
            self.answer_the_reasons()
        own = {
            "submit": self.submit,
            "withdraw": self.withdraw,
            "release": self.the_claim_runs_out,
            "restart": self.begin_again_elsewhere,
            "file": self.file,
            "reopen": self.reopen,
            "revoke": self.revoke,
            "revoke_with_identity": self.the_verification_is_revoked,
            "lapse": self.the_year_closes,
        }
        if action in own:
            own[action]()
        else:
            self.decide(self.claimed_by or 0, STEPS[action])

    @invariant()
    def the_service_agrees(self) -> None:
        """At every moment, once there is a declaration."""
        if hasattr(self, "draft"):
            self.agree()


async def _together(calls: list[Coroutine[Any, Any, Answer]]) -> list[Answer]:
    return list(await asyncio.gather(*calls))
