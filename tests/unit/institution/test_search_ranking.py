"""The order of strata, by which searches walk and pages continue."""

from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.search_ranking import length_place, strata
from services.institution.domain.searched_text import is_long_enough, searched_text

texts = st.text("武汉协和abcz1", min_size=2, max_size=40)


@given(texts)
def test_strata_ascend(text: str) -> None:
    """Within a grade numbers ascend, none comes twice: SQL and Python sort hits the same way."""
    walked = [(one.grade, one.stratum) for one in strata(text)]
    assert walked == sorted(set(walked))
    assert all(stratum // 256 == max(grade - 1, 0) for grade, stratum in walked)


def test_shorter_names_come_first() -> None:
    """Places of lengths never fall, and are told apart up to sixteen characters."""
    places = [length_place(length) for length in range(60)]
    assert places == sorted(places)
    assert len(set(places[:17])) == 17


def test_names_shorter_than_the_text_are_not_walked() -> None:
    """Nothing can contain a longer text; a syllable has at most six letters, so sounds come from short names."""
    assert min(one.stratum % 64 // 2 for one in strata("武汉协和医院")) == 6
    assert min(one.stratum % 64 // 2 for one in strata("zhuangzhuang")) == 2


def test_marks_do_not_count() -> None:
    """Blanks and marks make no text long enough."""
    assert searched_text("第一 医院（Ｂ区）·") == "第1医院b区"
    assert not is_long_enough("（医）")
    assert is_long_enough("1院")
