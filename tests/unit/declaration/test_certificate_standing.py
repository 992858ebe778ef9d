"""What a certificate is worth, state by state (4.6, B10)."""

from datetime import date

import pytest

from services.declaration.domain.certificate_standing import CertificateStanding, certificate_standing
from services.declaration.domain.evaluation import EvaluationState

_S, _E = CertificateStanding, EvaluationState
TODAY = date(2027, 3, 1)


@pytest.mark.requirement("B10")
@pytest.mark.parametrize("state", list(EvaluationState))
def test_only_what_passed_is_valid(state: EvaluationState) -> None:
    """In its own year a certificate is valid while its evaluation stands as passed; every other state has another
    word, and none is forgotten."""
    passed = {_E.CERTIFIED, _E.COMPLETED, _E.EVALUATED_QUALIFIED}
    expected = _S.VALID if state in passed else _S.LAPSED if state is _E.LAPSED else _S.VOIDED
    assert certificate_standing(state, "approved", 2027, TODAY, replaced=False) is expected
    assert certificate_standing(state, "revoked", 2027, TODAY, replaced=False) is _S.VOIDED
    late = certificate_standing(state, "filed", 2027, date(2028, 1, 1), replaced=False)
    assert late is not _S.VALID


@pytest.mark.requirement("B10")
def test_a_newer_certificate_replaces_a_voided_one_only() -> None:
    """Two that stand can not be; what was voided with a newer one names that, even after the year."""
    assert certificate_standing(_E.VOIDED, "approved", 2027, TODAY, replaced=True) is _S.SUPERSEDED
    assert certificate_standing(_E.VOIDED, "filed", 2027, date(2029, 1, 1), replaced=True) is _S.SUPERSEDED
    assert certificate_standing(_E.CERTIFIED, "filed", 2027, TODAY, replaced=True) is _S.VALID
