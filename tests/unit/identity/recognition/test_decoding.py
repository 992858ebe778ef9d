"""Characters out of probabilities, and one value out of several readings."""

import itertools

import numpy as np
import pytest

from services.identity.recognition.decoding import Glyph, decode, least_sure, text_of, word_probability
from services.identity.recognition.gazetteer import with_known_places
from services.identity.recognition.pixels import Scores
from services.identity.recognition.settle import Reading, settle

_ALPHABET = ("", "男", "女", "1", "I", " ")


def _steps(*rows: dict[str, float]) -> Scores:
    result = np.full((len(rows), len(_ALPHABET)), 0.001, np.float32)
    for row, values in zip(result, rows, strict=True):
        for char, value in values.items():
            row[_ALPHABET.index(char)] = value
    return np.asarray(result / result.sum(axis=1, keepdims=True))


def test_repeats_merge_and_blanks_part() -> None:
    """The same character in neighbouring steps is one, with a blank between it is two; spaces vanish."""
    steps = _steps({"1": 0.9}, {"1": 0.8}, {"": 1}, {"1": 0.7}, {" ": 1}, {"女": 0.9})
    glyphs = decode(steps, _ALPHABET)
    assert text_of(glyphs) == "11女"
    assert [round(glyph.at, 2) for glyph in glyphs] == [0.17, 0.58, 0.92]


def test_forced_characters_stay_doubtful() -> None:
    """A digit that wins only because letters are not allowed keeps its small share, so that it is read again."""
    steps = _steps({"I": 0.9, "1": 0.09})
    assert text_of(decode(steps, _ALPHABET)) == "I"
    forced = decode(steps, _ALPHABET, [_ALPHABET.index("1")])
    assert text_of(forced) == "1"
    assert least_sure(forced) < 0.15


def test_word_probability_counts_every_alignment() -> None:
    """The forward sum equals the sum over all paths written out one by one."""
    dice = np.random.default_rng(3)
    steps = dice.random((4, 3)).astype(np.float32)
    total = 0.0
    for path in itertools.product(range(3), repeat=4):
        merged = [a for a, _ in itertools.groupby(path)]
        if [index for index in merged if index] == [1, 2]:
            total += float(np.prod([steps[i, index] for i, index in enumerate(path)]))
    assert word_probability(steps, [1, 2]) == pytest.approx(total, rel=1e-5)


def _never() -> Reading:
    raise AssertionError("read again without need")


def test_sure_and_lawful_is_enough() -> None:
    """No second reading is paid for when the first is sure and lawful."""
    settled = settle(Reading("男", 0.99), [_never], lambda text: text in ("男", "女"), always_twice=False)
    assert (settled.text, settled.differs) == ("男", False)


def test_unlawful_readings_never_win() -> None:
    """A surer reading that breaks the rule loses against a lawful one, and alone gives nothing."""
    lawful = ("男", "女").__contains__
    settled = settle(Reading("另", 0.99), [lambda: Reading("男", 0.6)], lawful, always_twice=False)
    assert settled.text == "男"
    assert settle(Reading("另", 0.99), [lambda: Reading("号", 0.99)], lawful, always_twice=False).text is None


def test_sure_readings_that_contradict_are_marked() -> None:
    """Two readings that differ without a majority leave doubt, which sends the card to a person."""
    settled = settle(Reading("王赟", 0.95), [lambda: Reading("王赞", 0.94)], bool, always_twice=True)
    assert settled.differs
    assert settled.sure < 0.6


def _place(text: str, doubtful: int, rivals: tuple[tuple[str, float], ...]) -> list[Glyph]:
    return [Glyph(c, 0.0, 0.6 if i == doubtful else 1.0, rivals if i == doubtful else ()) for i, c in enumerate(text)]


@pytest.mark.parametrize(
    ("read", "doubtful", "rival", "wanted"),
    [
        ("陕西省西安市鄂邑区新集镇", 6, "鄠", "陕西省西安市鄠邑区新集镇"),
        ("湖南省叙浦县建设街5号", 3, "溆", "湖南省溆浦县建设街5号"),
        ("宜昌市公安局犹亭分局", 6, "猇", "宜昌市公安局猇亭分局"),
        ("湖北省武汉市武昌区中山路", 4, "汊", "湖北省武汉市武昌区中山路"),
    ],
)
def test_known_places_settle_doubtful_characters(read: str, doubtful: int, rival: str, wanted: str) -> None:
    """A doubtful character of a place name becomes the one that makes a known place; a known place stays."""
    assert text_of(with_known_places(_place(read, doubtful, ((rival, 0.2),)))) == wanted


def test_clear_characters_are_never_changed() -> None:
    """Without doubt about the character the table of places has no say (negative control of the test above)."""
    assert text_of(with_known_places(_place("陕西省西安市鄂邑区", 99, ()))) == "陕西省西安市鄂邑区"
