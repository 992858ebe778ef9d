"""What a certificate is worth, state by state (4.6, B10)."""

from datetime import date, datetime

import pytest

from services.declaration.domain.certificate_standing import CertificateStanding, PaperFacts, certificate_standing
from services.declaration.domain.declaration import State
from services.declaration.domain.evaluation import EvaluationState
from shared.clock import SHANGHAI

_S, _E = CertificateStanding, EvaluationState
TODAY = date(2027, 3, 1)
DEADLINE = datetime(2027, 9, 1, tzinfo=SHANGHAI)


def standing(
    state: EvaluationState,
    declaration: str,
    today: date = TODAY,
    *,
    provisional: bool = False,
    replaced: bool = False,
    outdated: bool = False,
) -> CertificateStanding:
    """Of a paper of 2027."""
    facts = PaperFacts(provisional, state, declaration, 2027, DEADLINE, replaced, outdated)
    return certificate_standing(facts, today)


@pytest.mark.requirement("B10")
@pytest.mark.parametrize("state", list(EvaluationState))
def test_only_what_passed_is_valid(state: EvaluationState) -> None:
    """In its own year a certificate is valid while its evaluation stands as passed; every other state has another
    word, and none is forgotten."""
    passed = {_E.CERTIFIED, _E.COMPLETED, _E.EVALUATED_QUALIFIED}
    expected = _S.VALID if state in passed else _S.LAPSED if state is _E.LAPSED else _S.VOIDED
    assert standing(state, "approved") is expected
    assert standing(state, "revoked") is _S.VOIDED
    assert standing(state, "rejected") is _S.VOIDED
    assert standing(state, "filed", date(2028, 1, 1)) is not _S.VALID


@pytest.mark.requirement("B10")
def test_a_newer_certificate_replaces_a_voided_one_only() -> None:
    """Two that stand can not be; what was voided with a newer one names that, even after the year."""
    assert standing(_E.VOIDED, "approved", replaced=True) is _S.SUPERSEDED
    assert standing(_E.VOIDED, "filed", date(2029, 1, 1), replaced=True) is _S.SUPERSEDED
    assert standing(_E.VOIDED, "revoked", replaced=True) is _S.VOIDED, "no newer one to ask for is any good"
    assert standing(_E.CERTIFIED, "filed", replaced=True) is _S.VALID


@pytest.mark.requirement("A42", "B10")
@pytest.mark.parametrize("state", list(EvaluationState))
@pytest.mark.parametrize("provisional", [False, True])
def test_what_was_said_of_an_earlier_submission_is_never_valid(state: EvaluationState, provisional: bool) -> None:
    """Whatever its evaluation says, in whatever state its declaration is by now; a newer paper is named still."""
    for declaration in State:
        assert standing(state, declaration, provisional=provisional, outdated=True) is _S.VOIDED
    assert standing(_E.VOIDED, "approved", provisional=provisional, outdated=True, replaced=True) is _S.SUPERSEDED


@pytest.mark.requirement("B10", "P12")
@pytest.mark.parametrize("state", list(EvaluationState))
def test_a_provisional_one_is_valid_before_its_year_is_full_only(state: EvaluationState) -> None:
    """Once the full year is passed the certificate of the year replaces it; without it, or failed, it lapses; with its
    evaluation it is voided, and with a revoked declaration whatever the evaluation says."""
    words = {_E.PROVISIONAL_CERTIFIED: _S.VALID, _E.LAPSED: _S.LAPSED, _E.EVALUATED_UNQUALIFIED: _S.LAPSED}
    passed = dict.fromkeys((_E.CERTIFIED, _E.COMPLETED, _E.EVALUATED_QUALIFIED), _S.SUPERSEDED)
    assert standing(state, "filed", provisional=True) is (words | passed).get(state, _S.VOIDED)
    assert standing(state, "revoked", provisional=True) is _S.VOIDED
    assert standing(state, "rejected", provisional=True) is _S.VOIDED
    assert standing(state, "lapsed", provisional=True) is not _S.VALID


@pytest.mark.requirement("B10", "P12")
def test_a_provisional_one_ends_with_the_last_day_for_the_full_year() -> None:
    """On 31 August it still holds, on 1 September it has lapsed, whether or not the clock's job ran; the certificate
    of the year holds to the end of the year."""
    last, next_day = date(2027, 8, 31), date(2027, 9, 1)
    assert standing(_E.PROVISIONAL_CERTIFIED, "filed", last, provisional=True) is _S.VALID
    assert standing(_E.PROVISIONAL_CERTIFIED, "filed", next_day, provisional=True) is _S.LAPSED
    assert standing(_E.COMPLETED, "filed", next_day) is _S.VALID
    assert standing(_E.COMPLETED, "filed", date(2027, 12, 31)) is _S.VALID
    assert standing(_E.VOIDED, "approved", next_day, provisional=True, replaced=True) is _S.SUPERSEDED
