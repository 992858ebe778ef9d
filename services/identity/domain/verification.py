"""The verification of one person (4.1): its states, who may move it, and the guards that need no look elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.domain.limits import VerificationLimits
from shared.errors import Conflict

State = Literal["unverified", "auto_checking", "auto_failed", "pending_manual", "verified", "rejected", "revoked"]
Move = Literal[
    "start_auto", "match", "mismatch", "start_manual", "withdraw", "approve", "reject", "revoke", "change_document"
]

TRANSITIONS: Mapping[tuple[State, Move], State] = {
    ("unverified", "start_auto"): "auto_checking",
    ("auto_failed", "start_auto"): "auto_checking",
    ("auto_checking", "match"): "verified",
    ("auto_checking", "mismatch"): "auto_failed",
    ("unverified", "start_manual"): "pending_manual",
    ("auto_failed", "start_manual"): "pending_manual",
    ("rejected", "start_manual"): "pending_manual",
    ("pending_manual", "withdraw"): "unverified",
    ("pending_manual", "approve"): "verified",
    ("pending_manual", "reject"): "rejected",
    ("verified", "revoke"): "revoked",
    ("verified", "change_document"): "pending_manual",
}


class VerificationNotAllowed(Conflict):
    """The state of the verification does not allow this move."""

    code = "verification_not_allowed"
    message_zh = "实名认证当前状态为“{state_zh}”，不能进行此操作，请刷新查看。"
    message_en = "The verification is now {state}; this is not possible. Refresh to see what is."


class NoAutomaticAttemptLeft(Conflict):
    """The failed automatic checks are used up for now (A10)."""

    code = "no_automatic_attempt_left"
    message_zh = "自动核验次数已用完（今日剩余 {today} 次，总共剩余 {in_all} 次），请改为提交人工审核。"
    message_en = "No automatic check is left (today {today}, in all {in_all}); ask for a manual review instead."


class ManualReviewNotYet(Conflict):
    """A resident ID card goes to a person only after an automatic check failed (A13)."""

    code = "manual_review_not_yet"
    message_zh = "居民身份证请先使用自动核验；自动核验未通过后可申请人工审核。"
    message_en = "Try the automatic check first; after a failed one you can ask for a manual review."


STATES_ZH: Mapping[State, str] = {
    "unverified": "未认证",
    "auto_checking": "自动核验中",
    "auto_failed": "自动核验未通过",
    "pending_manual": "待认证",
    "verified": "认证成功",
    "rejected": "审核未通过",
    "revoked": "已撤销",
}


@dataclass(frozen=True, slots=True)
class AttemptsLeft:
    """Failed automatic checks that are still allowed."""

    today: int
    in_all: int

    @property
    def now(self) -> int:
        """How many may be made right now."""
        return min(self.today, self.in_all)


@dataclass(frozen=True, slots=True)
class Verification:
    """Where one person stands. `failures_on_day` belongs to `failure_day` (Asia/Shanghai)."""

    person_id: UUID
    state: State
    version: int
    since: datetime
    failures_in_all: int = 0
    failures_on_day: int = 0
    failure_day: date | None = None
    reason_code: str | None = None
    method: Literal["auto", "manual"] | None = None
    verified_at: datetime | None = None
    changing: bool = False
    """A request for another document waits; the old document stays verified meanwhile (4.1)."""

    def moved(self, move: Move, at: datetime) -> "Verification":
        """The verification after `move`. Raises VerificationNotAllowed."""
        if (target := TRANSITIONS.get((self.state, move))) is None:
            raise VerificationNotAllowed(state=self.state, state_zh=STATES_ZH[self.state])
        return replace(self, state=target, version=self.version + 1, since=at)

    def attempts_left(self, limits: VerificationLimits, today: date) -> AttemptsLeft:
        """How many more automatic checks may fail (A10)."""
        used_today = self.failures_on_day if self.failure_day == today else 0
        return AttemptsLeft(
            max(limits.failures_per_day - used_today, 0), max(limits.failures_in_all - self.failures_in_all, 0)
        )

    def started_automatically(self, limits: VerificationLimits, at: datetime) -> "Verification":
        """auto_checking. Raises VerificationNotAllowed, NoAutomaticAttemptLeft."""
        started = replace(self.moved("start_auto", at), reason_code=None)
        left = self.attempts_left(limits, at.date())
        if not left.now:
            raise NoAutomaticAttemptLeft(today=left.today, in_all=left.in_all)
        return started

    def failed_automatically(self, reason: str, at: datetime, *, counted: bool) -> "Verification":
        """auto_failed with a reason; a failure of ours (`counted` false) costs the person no attempt."""
        failed = replace(self.moved("mismatch", at), reason_code=reason)
        if not counted:
            return failed
        same_day = self.failure_day == at.date()
        return replace(
            failed,
            failures_in_all=self.failures_in_all + 1,
            failures_on_day=self.failures_on_day + 1 if same_day else 1,
            failure_day=at.date(),
        )

    def handed_to_reviewer(self, reason: str, at: datetime) -> "Verification":
        """pending_manual by way of auto_failed: what a machine may not decide. It costs no attempt and the reason stays
        visible."""
        failed = self.failed_automatically(reason, at, counted=False)
        return replace(failed.moved("start_manual", at), reason_code=reason)

    def verified_by(self, method: Literal["auto", "manual"], at: datetime) -> "Verification":
        """verified, by a machine or a reviewer."""
        moved = self.moved("match" if method == "auto" else "approve", at)
        return replace(moved, reason_code=None, method=method, verified_at=at, changing=False)

    def asked_for_review(self, at: datetime, *, automatic_possible: bool) -> "Verification":
        """pending_manual. Raises VerificationNotAllowed, ManualReviewNotYet."""
        if automatic_possible and self.state == "unverified" and not self.failures_in_all:
            raise ManualReviewNotYet
        return replace(self.moved("start_manual", at), reason_code=None)

    def asked_for_change(self, at: datetime) -> "Verification":
        """pending_manual for another document; until it is decided the old one stays verified."""
        return replace(self.moved("change_document", at), reason_code=None, changing=True)

    def withdrawn(self, at: datetime) -> "Verification":
        """unverified again: the way to the automatic check is open, today's failures still count (A16). Who wanted to
        change a verified document is verified by the old one as before."""
        withdrawn = replace(self.moved("withdraw", at), reason_code=None, failures_in_all=0)
        return replace(withdrawn, state="verified", changing=False) if self.changing else withdrawn

    def rejected_for(self, reason: str, at: datetime) -> "Verification":
        """rejected by a reviewer, with a reason code; a rejected change leaves the old document verified."""
        rejected = replace(self.moved("reject", at), reason_code=reason)
        return replace(rejected, state="verified", changing=False) if self.changing else rejected

    def revoked_for(self, reason: str, at: datetime) -> "Verification":
        """revoked by the zone; a change under way does not stand in its way."""
        settled = replace(self, state="verified") if self.changing else self
        return replace(settled.moved("revoke", at), reason_code=reason, changing=False)
