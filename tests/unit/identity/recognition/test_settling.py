"""How several readings of one place become a value."""

from functools import partial

from services.identity.recognition.settle import Reading, Settled, settle


def _settled(*readings: tuple[str, float]) -> Settled:
    first, *more = readings
    return settle(Reading(*first), [partial(Reading, *one) for one in more], bool, always_twice=True)


def test_four_fair_readings_that_agree_are_enough() -> None:
    """Four equal readings decide although only one of them is sure."""
    result = _settled(("张琤", 0.7), ("张琤", 0.72), ("张琤", 0.8), ("张琤", 0.75), ("", 0.0))
    assert result == Settled("张琤", 0.8)


def test_a_faint_reading_among_sure_ones_calls_a_person() -> None:
    """Two sure readings do not carry a third one of the same text that was barely read."""
    assert not _settled(("余活", 0.93), ("余活", 0.95)).differs
    assert _settled(("余活", 0.93), ("余活", 0.63), ("余活", 0.95)).differs


def test_four_sure_readings_outvote_a_fifth() -> None:
    """One reading that says otherwise does not send a name to review that four sure ones agree on."""
    result = _settled(("姚段站", 0.83), ("姚段竑", 0.99), ("姚段竑", 0.98), ("姚段竑", 0.99), ("姚段竑", 0.97))
    assert (result.text, result.differs) == ("姚段竑", False)
    assert result.sure > 0.9


def test_two_against_two_stay_doubtful() -> None:
    """Without a majority of sure readings the value keeps a low certainty."""
    assert _settled(("逄娜", 0.9), ("逢娜", 0.9), ("逄娜", 0.95), ("逢娜", 0.92)).sure < 0.8


def test_the_line_finders_cut_is_not_held_against_two_careful_ones() -> None:
    """A faint first reading of the same text does not call a person when two later ones are sure, and only then."""
    assert not _settled(("叶燚", 0.63), ("叶燚", 0.98), ("叶燚", 0.93)).differs
    assert _settled(("叶燚", 0.63), ("叶燚", 0.98), ("叶燚", 0.88), ("叶燚", 0.89), ("叶燚", 0.7)).differs
