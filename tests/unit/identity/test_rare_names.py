"""Names that machines and keyboards stumble over: the dot of minority names, and characters nobody can type (P5)."""

import pytest

from services.identity.domain.automatic_verdict import judge
from services.identity.domain.next_actions import next_actions
from services.identity.domain.person_name import NameInvalid, plain_name
from services.identity.recognition.claims import Match, match_claim
from services.identity.recognition.results import FrontFields
from tests.unit.identity.test_verification_states import LIMITS, MORNING, at

NUMBER = "11010519491231002X"
CARD = "阿依古丽·买买提"


@pytest.mark.requirement("P5", "A9")
@pytest.mark.parametrize("dot", "·•・‧∙⋅･．.●")
def test_every_kind_of_dot_is_the_same_dot(dot: str) -> None:
    """However the dot was typed, the claim is equal to the card, blanks around it left out."""
    typed = plain_name(f" 阿依古丽 {dot} 买买提 ")
    assert typed == CARD
    assert match_claim(typed, NUMBER.lower(), FrontFields(name=CARD, id_number=NUMBER)).overall is Match.EQUAL


@pytest.mark.requirement("P5")
@pytest.mark.parametrize("typed", ["王?", "王？"])
def test_a_character_that_can_not_be_typed_goes_to_a_person(typed: str) -> None:
    """A question mark stands for it; the machine neither verifies nor calls it different, and a reviewer is offered."""
    match = match_claim(plain_name(typed), NUMBER, FrontFields(name="王𬌗", id_number=NUMBER))
    assert (match.name, match.id_number) == (Match.REVIEW, Match.EQUAL)
    verdict = judge("ok", "ok", match.name.value, match.id_number.value)
    assert (verdict.verified, verdict.reason_code) == (False, "claim_uncertain")
    failed = at("auto_failed", failures_in_all=1)
    left = failed.attempts_left(LIMITS, MORNING.date())
    assert "start_manual" in next_actions(failed, left, consented=True, photos=2)


@pytest.mark.requirement("P5")
def test_a_rare_character_is_taken_as_it_is() -> None:
    """Characters beyond the first plane are names like others; Latin letters are not."""
    assert plain_name("王𬌗") == "王𬌗"
    with pytest.raises(NameInvalid):
        plain_name("王A")
