"""Searching the library by what somebody types (A20, P3)."""

from typing import Final

from services.institution.domain.search_ranking import Rank, Stratum, strata
from services.institution.domain.searched_text import is_long_enough, searched_text
from services.institution.storage import institution_search
from services.institution.storage.institution_search import FoundInstitution
from shared.postgres.transaction import Reader

_BEFORE_ALL: Final = -1
_PROVINCE: Final = 2
"""Length of the beginning of a code that names a province."""
_BUDGET: Final = 3000
"""Rows looked at before a province is sorted as a whole."""


async def search_institutions(
    reader: Reader, typed: str, *, within: str, near: str, after: Rank | None, limit: int
) -> list[FoundInstitution]:
    """At most `limit` hits behind `after`, best first; none for less than two characters that count.

    `within` and `near` are beginnings of division codes: nothing outside `within`; of equally good matches (the whole
    name, its beginning, a word's, any part) those in `near` first. `after` is a position
    of this text (search_ranking.is_position).
    """
    if not is_long_enough(typed):
        return []
    text = searched_text(typed)
    if within:
        ranks = await _within(reader, text, within, after, limit)
    else:
        ranks = await _everywhere(reader, text, near, after, limit)
    return await institution_search.select_hits(reader, ranks) if ranks else []


async def _within(reader: Reader, text: str, area: str, after: Rank | None, limit: int) -> list[Rank]:
    """What is common in a province fills the page from the best rows of all; what is not takes few rows to sort."""
    if len(area) == _PROVINCE:
        walked = _walked(text, after, from_grade=False)
        ranks = await institution_search.select_ranked_inside(reader, text, walked, after, area, _BUDGET, limit)
        if len(ranks) == limit:
            return ranks
    return await institution_search.select_ranked_in_area(reader, text, area, after, limit)


async def _everywhere(reader: Reader, text: str, near: str, after: Rank | None, limit: int) -> list[Rank]:
    """Each of the two lists holds all that can be among its first `limit`, so the merged one does too."""
    was_far = after is not None and bool(after.far)
    walked = _walked(text, after, from_grade=not was_far)
    close: list[Rank] = []
    if near:
        position = Rank(after.grade + 1, 0, _BEFORE_ALL, "", 0) if after is not None and was_far else after
        close = await institution_search.select_ranked_in_area(reader, text, near, position, limit)
        if len(close) == limit:
            walked = [place for place in walked if place.grade < close[-1].grade]
    far = await institution_search.select_ranked(reader, text, walked, after if was_far else None, near, limit)
    return sorted(close + far)[:limit]


def _walked(text: str, after: Rank | None, *, from_grade: bool) -> list[Stratum]:
    """The strata that are left: from that of the last hit on, or from the first of its grade."""
    every = strata(text)
    if after is None:
        return every
    if from_grade:
        return [place for place in every if place.grade >= after.grade]
    return every[every.index(Stratum(after.grade, after.stratum)) :]
