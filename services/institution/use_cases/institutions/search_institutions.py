"""Searching the library by what somebody types (A20, P3)."""

from typing import Final

from services.institution.domain.search_ranking import Rank, Stratum, strata
from services.institution.domain.searched_text import is_long_enough, searched_text
from services.institution.storage import institution_search
from services.institution.storage.institution_search import FoundInstitution
from shared.postgres.transaction import Reader
from shared.web.cursors import CursorInvalid

_BEFORE_ALL: Final = -1


async def search_institutions(
    reader: Reader, typed: str, *, within: str, near: str, after: Rank | None, limit: int
) -> list[FoundInstitution]:
    """At most `limit` hits behind `after`, best first; none for less than two characters that count.

    `within` and `near` are beginnings of division codes: nothing outside `within`; of equally good matches (the whole
    name, its beginning, a word's, any part) those in `near` first. Raises CursorInvalid.
    """
    if not is_long_enough(typed):
        return []
    text = searched_text(typed)
    if within:
        ranks = await institution_search.select_ranked_in_area(reader, text, within, after, limit)
    else:
        ranks = await _everywhere(reader, text, near, after, limit)
    return await institution_search.select_hits(reader, ranks) if ranks else []


async def _everywhere(reader: Reader, text: str, near: str, after: Rank | None, limit: int) -> list[Rank]:
    """Each of the two lists holds all that can be among its first `limit`, so the merged one does too."""
    far = await institution_search.select_ranked(
        reader, text, _walked(text, after), after if after is not None and after.far else None, near, limit
    )
    if not near:
        return far
    position = after
    if after is not None and after.far:
        position = Rank(after.grade + 1, 0, _BEFORE_ALL, "", 0)
    close = await institution_search.select_ranked_in_area(reader, text, near, position, limit)
    return sorted(close + far)[:limit]


def _walked(text: str, after: Rank | None) -> list[Stratum]:
    """The strata that are left: from that of the last hit, or, if that one was near, from its grade on."""
    every = strata(text)
    if after is None:
        return every
    if not after.far:
        return [place for place in every if place.grade >= after.grade]
    last = Stratum(after.grade, after.stratum)
    if last not in every:
        raise CursorInvalid
    return every[every.index(last) :]
