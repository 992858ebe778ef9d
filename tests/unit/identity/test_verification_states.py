"""The verification of a person (4.1): every state against every move, and any sequence of moves against a model."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.identity.domain.limits import VerificationLimits
from services.identity.domain.next_actions import next_actions
from services.identity.domain.verification import (
    STATES_ZH,
    TRANSITIONS,
    ManualReviewNotYet,
    Move,
    NoAutomaticAttemptLeft,
    State,
    Verification,
    VerificationNotAllowed,
)

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LIMITS = VerificationLimits()

# Written out from the table of 4.1 on purpose: the code's table is not its own proof.
LEGAL = {
    ("unverified", "start_auto", "auto_checking"),
    ("auto_checking", "match", "verified"),
    ("auto_checking", "mismatch", "auto_failed"),
    ("auto_failed", "start_auto", "auto_checking"),
    ("unverified", "start_manual", "pending_manual"),
    ("auto_failed", "start_manual", "pending_manual"),
    ("rejected", "start_manual", "pending_manual"),
    ("pending_manual", "withdraw", "unverified"),
    ("pending_manual", "approve", "verified"),
    ("pending_manual", "reject", "rejected"),
    ("verified", "revoke", "revoked"),
    ("verified", "change_document", "pending_manual"),
}


def fresh() -> Verification:
    """A person who just logged in for the first time."""
    return Verification(UUID(int=1), "unverified", 0, MORNING)


def at(state: State, **more: Any) -> Verification:
    """A verification in some state."""
    return Verification(UUID(int=1), state, 3, MORNING, **more)


@pytest.mark.requirement("V25")
def test_exactly_the_moves_of_the_table_are_possible() -> None:
    """Of 7 states x 9 moves the 12 of the table lead where it says, and the other 51 are refused."""
    found, refused = set(), list[tuple[State, VerificationNotAllowed]]()
    for state in get_args(State):
        for move in get_args(Move):
            try:
                after = at(state).moved(move, MORNING)
            except VerificationNotAllowed as error:
                refused.append((state, error))
            else:
                assert after.version == 4
                found.add((state, move, after.state))
    assert (found, len(refused)) == (LEGAL, 51)
    assert all(error.facts["state"] == state and STATES_ZH[state] in error.sentence("zh") for state, error in refused)
    assert len(TRANSITIONS) == len(LEGAL)


@pytest.mark.requirement("A10")
def test_three_failures_a_day_and_five_in_all() -> None:
    """The fourth try of a day is refused, the next day gives two more, and then only a person helps."""
    verification, moment, tries, advice = fresh(), MORNING, [], ""
    for _day in range(3):
        for _ in range(4):
            try:
                verification = verification.started_automatically(LIMITS, moment)
            except NoAutomaticAttemptLeft as error:
                advice = error.sentence("zh")
                break
            verification = verification.failed_automatically("name_differs", moment, counted=True)
        tries.append(verification.failures_in_all)
        moment += timedelta(days=1)
    assert tries == [3, 5, 5]
    assert "人工" in advice
    left = verification.attempts_left(LIMITS, moment.date())
    assert (left.today, left.in_all, left.now) == (3, 0, 0)
    assert next_actions(verification, left, consented=True, photos=2) == ["start_manual"]


@pytest.mark.requirement("A10", "A16")
def test_withdrawing_opens_the_automatic_way_but_keeps_todays_count() -> None:
    """After a withdrawn manual request the automatic check can be used again, today's failures still counted."""
    verification = fresh()
    for _ in range(2):
        verification = verification.started_automatically(LIMITS, MORNING)
        verification = verification.failed_automatically("glare", MORNING, counted=True)
    verification = verification.asked_for_review(MORNING, automatic_possible=True).withdrawn(MORNING)
    assert verification.state == "unverified"
    assert verification.attempts_left(LIMITS, MORNING.date()).today == 1
    assert verification.started_automatically(LIMITS, MORNING).state == "auto_checking"


@pytest.mark.requirement("A13", "A14")
def test_a_resident_card_goes_to_a_person_only_after_a_failure() -> None:
    """Straight from the start a resident card is sent to the automatic check; other documents may go to a person."""
    with pytest.raises(ManualReviewNotYet):
        fresh().asked_for_review(MORNING, automatic_possible=True)
    assert fresh().asked_for_review(MORNING, automatic_possible=False).state == "pending_manual"
    failed = at("auto_failed", failures_in_all=1)
    assert failed.asked_for_review(MORNING, automatic_possible=True).state == "pending_manual"


@pytest.mark.requirement("V30")
def test_a_failure_of_ours_costs_no_attempt() -> None:
    """When the machines fail the person keeps the attempt."""
    checking = fresh().started_automatically(LIMITS, MORNING)
    failed = checking.failed_automatically("recognition_failed", MORNING, counted=False)
    assert failed.state == "auto_failed"
    assert failed.attempts_left(LIMITS, MORNING.date()).now == 3


@pytest.mark.requirement("A6", "A7")
@pytest.mark.parametrize("state", get_args(State))
def test_every_state_says_what_can_be_done(state: State) -> None:
    """Every offered action is a legal move of that state, and only final or waiting states offer none."""
    verification = at(state, failures_in_all=1)
    left = verification.attempts_left(LIMITS, MORNING.date())
    moves = {"start_automatic": "start_auto", "start_manual": "start_manual", "withdraw": "withdraw"}
    actions = next_actions(verification, left, consented=True, photos=2)
    for action in actions:
        assert action == "wait" or (state, moves[action]) in {(a, b) for a, b, _ in LEGAL}
    assert bool(actions) == (state not in ("verified", "revoked"))
    if state in ("unverified", "auto_failed", "rejected"):
        assert next_actions(verification, left, consented=False, photos=0) == ["accept_consent"]
        assert next_actions(verification, left, consented=True, photos=1)[0] == "upload_photos"


class VerificationModel(RuleBasedStateMachine):
    """Any sequence of moves and days, against plain counters."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING
        self.real = fresh()
        self.state, self.in_all, self.per_day = "unverified", 0, dict[Any, int]()
        self.moves = 0

    def _expect(self, move: str) -> str | None:
        return next((to for source, name, to in LEGAL if (source, name) == (self.state, move)), None)

    def _follow(self, verification: Verification, state: str) -> None:
        self.real, self.state = verification, state
        self.moves += 1

    @rule()
    def a_day_passes(self) -> None:
        """The daily count starts anew."""
        self.now += timedelta(days=1)

    @rule()
    def start(self) -> None:
        """The candidate asks for the automatic check."""
        used = self.per_day.get(self.now.date(), 0)
        allowed = used < 3 and self.in_all < 5
        try:
            after = self.real.started_automatically(LIMITS, self.now)
        except VerificationNotAllowed:
            assert self._expect("start_auto") is None
        except NoAutomaticAttemptLeft:
            assert self._expect("start_auto")
            assert not allowed
        else:
            assert allowed
            self._follow(after, "auto_checking")

    @rule()
    def mismatch(self) -> None:
        """The reader says no."""
        try:
            after = self.real.failed_automatically("blurred", self.now, counted=True)
        except VerificationNotAllowed:
            assert self.state != "auto_checking"
        else:
            self.in_all += 1
            self.per_day[self.now.date()] = self.per_day.get(self.now.date(), 0) + 1
            self._follow(after, "auto_failed")

    @rule()
    def ask_a_person(self) -> None:
        """The candidate asks for a review of a resident card."""
        try:
            after = self.real.asked_for_review(self.now, automatic_possible=True)
        except VerificationNotAllowed:
            assert self._expect("start_manual") is None
        except ManualReviewNotYet:
            assert (self.state, self.in_all) == ("unverified", 0)
        else:
            self._follow(after, "pending_manual")

    @rule()
    def withdraw(self) -> None:
        """The candidate takes the request back."""
        try:
            after = self.real.withdrawn(self.now)
        except VerificationNotAllowed:
            assert self.state != "pending_manual"
        else:
            self.in_all = 0
            self._follow(after, "unverified")

    @rule()
    def reject(self) -> None:
        """The reviewer says no."""
        try:
            after = self.real.rejected_for("image_unclear", self.now)
        except VerificationNotAllowed:
            assert self.state != "pending_manual"
        else:
            self._follow(after, "rejected")

    @invariant()
    def versions_count_the_moves(self) -> None:
        """State and version follow the model; a day never holds more than three failures."""
        assert (self.real.state, self.real.version) == (self.state, self.moves)
        assert self.real.failures_in_all == self.in_all <= 5
        assert all(count <= 3 for count in self.per_day.values())


TestVerificationModel = VerificationModel.TestCase
TestVerificationModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
