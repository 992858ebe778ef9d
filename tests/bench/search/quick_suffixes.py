"""The rows of institution_suffix made outside the database, several times as fast; a sample is compared with its own.

Only for filling a large library: what people use is made by the triggers of migration 0017.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from services.institution.domain.search_ranking import length_place
from services.institution.domain.searched_text import searched_text
from tests.bench.search.invented_library import Invented
from tests.support.naive_search import word_places

_WAYS: Final = 16
_COMPARE: Final = """
WITH own AS (
    SELECT s.* FROM institution i, LATERAL institution_suffixes(i.id) AS s WHERE i.search_no = ANY ($1::integer[])
), made AS (
    SELECT * FROM institution_suffix WHERE search_no = ANY ($1::integer[])
)
SELECT count(*) FROM (
    (SELECT * FROM own EXCEPT SELECT * FROM made) UNION ALL (SELECT * FROM made EXCEPT SELECT * FROM own)
) AS different
"""


class SuffixesDiffer(AssertionError):
    """The rows made here are not those the database makes: the figures would mean nothing."""


def copied_rows(
    number: int, invented: Invented, areas: Sequence[str], readings: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Lines for COPY in text form."""
    idle = 0 if invented.state == "active" else 1
    lines = set()
    for via, name in ((0, invented.name), (1, invented.alias)):
        if name:
            for stratum, suffix in _name_rows(searched_text(name), via, idle, areas, readings):
                lines.add(f"{number}\t{invented.code}\t{stratum}\t{suffix}\n")
    yield from lines


async def compare(connection: Any, numbers: Sequence[int]) -> None:
    """Raises SuffixesDiffer."""
    if different := await connection.fetchval(_COMPARE, list(numbers)):
        raise SuffixesDiffer(f"{different} rows of {len(numbers)} institutions")


def _name_rows(
    text: str, via: int, idle: int, areas: Sequence[str], readings: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, str]]:
    words = word_places(text, areas)
    base = via * 64 + 2 * length_place(len(text)) + idle
    for at in range(len(text) - 1):
        yield base + (0 if at == 0 else 256 if at in words else 512), text[at:]
    ways: list[tuple[str, str]] = [("", "")]
    for at in range(len(text) - 1, -1, -1):
        letter = text[at]
        said = readings.get(letter) or ((letter if letter.isascii() and letter.isalpha() else ""),)
        ways = [(one[:1] + short, one + whole) for short, whole in ways for one in said][:_WAYS]
        if at in words:
            for sounds in ways:
                for sound in sounds:
                    if len(sound) >= 2:
                        yield base + 128 + (0 if at == 0 else 256), sound
