"""Reasons, their sentences, and the people invented for demos and tests."""

from datetime import date, timedelta

import pytest

from deploy.demo.card_photos import fictional_person
from services.identity.recognition.deciding import first_of
from services.identity.recognition.reasons import CATALOGUE, Reason, Verdict
from services.identity.recognition.rules import ETHNICITIES, birth_of, check_digit_holds, sex_of, term_lawful

_TODAY = date(2026, 11, 1)


@pytest.mark.requirement("A11")
def test_every_reason_says_what_to_do_in_both_languages() -> None:
    """No code without a verdict and two sentences, and every verdict can be reached."""
    assert set(CATALOGUE) == set(Reason)
    assert {advice.verdict for advice in CATALOGUE.values()} == set(Verdict)
    assert all(len(advice.zh) > 8 and advice.en.endswith(".") for advice in CATALOGUE.values())


def test_only_ok_is_accepted() -> None:
    """Exactly one reason leads to the verdict ok."""
    assert [reason for reason, advice in CATALOGUE.items() if advice.verdict is Verdict.OK] == [Reason.OK]


def test_of_two_sides_the_gravest_is_told() -> None:
    """A fault of either side outweighs an ok of the other, and its side is named."""
    assert first_of([("front", Reason.OK), ("back", Reason.EXPIRED)]) == ("back", Reason.EXPIRED)
    assert first_of([("front", Reason.TOO_DARK), ("back", Reason.EXPIRED)]) == ("front", Reason.TOO_DARK)
    assert first_of([("front", Reason.OK), ("back", Reason.OK)]) == (None, Reason.OK)


@pytest.mark.parametrize("seed", range(150))
def test_invented_people_keep_the_rules(seed: int) -> None:
    """Number, birth, sex, ethnicity and term of everyone invented agree, and the same seed gives the same person."""
    person = fictional_person(seed, _TODAY)
    assert check_digit_holds(person.id_number)
    assert birth_of(person.id_number) == person.birth_date
    assert sex_of(person.id_number) == person.sex
    assert person.ethnicity in ETHNICITIES
    assert term_lawful(person.card.valid_from, person.card.valid_to)
    assert person.card.valid_from < _TODAY < (person.card.valid_to or _TODAY + timedelta(days=1))
    assert person == fictional_person(seed, _TODAY)
