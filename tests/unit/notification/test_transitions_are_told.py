"""Every transition that names who is told has its row of the rule table."""

from typing import Final

import pytest

from tests.integration.notification.rule_rows import rule_rows

_D: Final = "declaration"
_I: Final = "institution"
_LIFE: Final = f"{_I}.institution_moved.v1"
_BINDING: Final = f"{_I}.binding_changed.v1"
_STAFF: Final = "identity.staff_changed.v1"
_ENDING: Final = "identity.staff_invitation_ending.v1"
_OWNER: Final = "identity.ownership_transfer_changed.v1"
_WAITING: Final = f"{_D}.evaluations_waiting.v1"
UNIT, BODY, CANDIDATE, SELF = "institution_admins", "filing_body_staff", "candidate", "staff_self"

# section and transition -> (event with its case, who is told)
TOLD: Final[dict[str, list[tuple[str, str]]]] = {
    "4.1 match": [("identity.person_verified.v1", CANDIDATE)],
    "4.1 mismatch": [("identity.verification_failed.v1", CANDIDATE)],
    "4.1 approve by a reviewer": [("identity.person_verified.v1", CANDIDATE)],
    "4.1 reject by a reviewer": [("identity.verification_failed.v1:reviewer", CANDIDATE)],
    "4.1 revoke": [("identity.person_revoked.v1", CANDIDATE), (f"{_D}.revoked.v1", UNIT)],
    "4.2 submit": [(f"{_LIFE}:submit", BODY)],
    "4.2 approve, return, reject": [(f"{_LIFE}:{step}", CANDIDATE) for step in ("approve", "return", "reject")],
    "4.2 complete": [(f"{_LIFE}:complete", BODY)],
    "4.2 suspend": [(f"{_LIFE}:suspend", UNIT), (f"{_BINDING}:frozen", CANDIDATE)],
    "4.2 resume": [(f"{_LIFE}:resume", UNIT), (f"{_BINDING}:thaw", CANDIDATE)],
    "4.2 merge": [(f"{_LIFE}:merge", UNIT), (f"{_BINDING}:carry_over", CANDIDATE)],
    "4.2 close": [(f"{_LIFE}:close", UNIT), (f"{_BINDING}:frozen", CANDIDATE)],
    "4.3 institution closed or suspended": [(f"{_BINDING}:frozen", CANDIDATE)],
    "4.3 too many wrong codes": [(f"{_I}.confirmation_code_guessed.v1", UNIT)],
    "4.4 submit": [(f"{_D}.submitted.v1", UNIT)],
    "4.4 withdraw, the claimer among the unit's": [(f"{_D}.withdrawn.v1", UNIT)],
    "4.4 approve": [(f"{_D}.approved.v1", CANDIDATE)],
    "4.4 return": [(f"{_D}.returned.v1", CANDIDATE)],
    "4.4 reject": [(f"{_D}.rejected.v1", CANDIDATE)],
    "4.4 allow modification": [(f"{_D}.modification_allowed.v1", CANDIDATE)],
    "4.4 file": [(f"{_D}.filed.v1", CANDIDATE)],
    "4.4 reopen what was filed": [
        (f"{_D}.modification_allowed.v1:filed", CANDIDATE),
        (f"{_D}.list_accepted.v1:cancellation", UNIT),
    ],
    "4.4 lapse with the year": [(f"{_D}.lapsed.v1", CANDIDATE)],
    "4.4 revoke by an exam body": [(f"{_D}.revoked.v1:exam_body", CANDIDATE), (f"{_D}.revoked.v1:exam_body", UNIT)],
    "4.4 reminders of what is not submitted": [
        (f"{_D}.draft_reminded.v1", CANDIDATE),
        (f"{_D}.draft_reminded.v1:again", CANDIDATE),
    ],
    "4.5 refuse": [(f"{_D}.prior_row_answered.v1:refused", UNIT), (f"{_D}.returned.v1", CANDIDATE)],
    "4.5 ask for evidence": [(f"{_D}.prior_evidence_required.v1", CANDIDATE)],
    "4.5 reminders of a request to an earlier unit": [
        (f"{_D}.prior_row_unanswered.v1:reminded", UNIT),
        (f"{_D}.prior_row_unanswered.v1:escalated", UNIT),
        (f"{_D}.prior_row_unanswered.v1:escalated", BODY),
    ],
    "4.5 a request that nobody answered": [(f"{_D}.prior_row_request_expired.v1", who) for who in (CANDIDATE, UNIT)],
    "4.6 register": [(f"{_D}.probation_registered.v1", CANDIDATE)],
    "4.6 due": [(f"{_WAITING}:due", UNIT)],
    "4.6 evaluate and certify provisionally": [(f"{_D}.evaluation_recorded.v1", CANDIDATE)],
    "4.6 full-year result": [
        (f"{_D}.evaluation_recorded.v1:full_year_{result}", who)
        for result in ("qualified", "unqualified")
        for who in (CANDIDATE, BODY)
    ],
    "4.6 lapse on 31 August": [
        (f"{_D}.full_year_lapsed.v1", CANDIDATE),
        (f"{_WAITING}:lapsed", UNIT),
        (f"{_WAITING}:lapsed", BODY),
    ],
    "4.6 void": [(f"{_D}.evaluation_voided.v1:{by}", CANDIDATE) for by in ("unit", "exam_body")],
    "4.6 reminders": [(f"{_D}.full_year_reminded.v1", CANDIDATE), (f"{_WAITING}:full_year", UNIT)],
    "4.7 submit": [(f"{_D}.list_submitted.v1", BODY)],
    "4.7 accept": [(f"{_D}.list_accepted.v1", UNIT), (f"{_D}.filed.v1", CANDIDATE)],
    "4.7 return": [(f"{_D}.list_returned.v1", UNIT)],
    "4.7 late permission": [(f"{_D}.late_filing_permitted.v1", UNIT)],
    "4.8 invite": [("identity.staff_invited.v1", "phone")],
    "4.8 reminders of an invitation": [(_ENDING, who) for who in ("from_staff", BODY, SELF)],
    "4.8 lock, unlock, disable": [(f"{_STAFF}:{move}", SELF) for move in ("lock", "unlock", "disable")],
    "4.8 transfer": [
        (f"{_OWNER}:{state}", who)
        for state in ("proposed", "accepted", "confirmed")
        for who in ("from_staff", "to_staff", BODY)
    ],
    "4.9 dates moved": [(f"{_D}.cycle_dates_announced.v1", who) for who in (CANDIDATE, UNIT, BODY)],
}


@pytest.mark.requirement("M4", "P16")
@pytest.mark.parametrize("transition", TOLD)
def test_a_transition_that_names_who_is_told_has_its_row(transition: str) -> None:
    """Whoever it names; that the row reaches them is played in the integration tests, row by row."""
    assert set(TOLD[transition]) <= set(rule_rows())
