"""Table institution_suffix, kept by triggers: a part of a name is the beginning of a row (A20, P3; ADR 0028)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from services.institution.domain.search_ranking import Rank, Stratum
from shared.postgres.transaction import Reader

# One stratum after the other, each from the typed text on, until enough are met: as many steps as strata, whatever the
# text. An institution counts where it is met best; the subquery is a scalar one so that it stays a look-up per row.
_RANKED: Final = """
SELECT grade, stratum, suffix, search_no
FROM (
    SELECT walked.grade, walked.stratum, met.suffix, met.search_no, met.division_code
    FROM unnest($2::smallint[], $3::smallint[]) WITH ORDINALITY AS walked (grade, stratum, turn), LATERAL (
        SELECT s.suffix, s.search_no, s.division_code FROM institution_suffix s
        WHERE s.stratum = walked.stratum
          AND (s.suffix, s.search_no) > (
            CASE WHEN turn = 1 AND $4::text IS NOT NULL THEN $4 WHEN grade = 1 THEN $1 || chr(1) ELSE $1 END,
            CASE WHEN turn = 1 THEN $5::integer ELSE -1 END)
          AND s.suffix < $1 || CASE WHEN grade = 0 THEN chr(1) ELSE chr(1114111) END
        ORDER BY s.suffix, s.search_no LIMIT $9::bigint
    ) AS met
    LIMIT $9::bigint
) AS looked_at
WHERE (division_code BETWEEN $6 AND $7) = $8
  AND (
    SELECT true FROM institution_suffix better
    WHERE better.search_no = looked_at.search_no AND better.suffix >= $1 AND better.suffix < $1 || chr(1114111)
      AND (CASE WHEN better.stratum < 256 AND better.suffix = $1 THEN 0 ELSE 1 + better.stratum / 256 END,
           better.stratum, better.suffix) < (looked_at.grade, looked_at.stratum, looked_at.suffix)
    LIMIT 1) IS NULL
LIMIT $10
"""
_RANKED_IN_AREA: Final = """
WITH best AS (
    SELECT DISTINCT ON (search_no) grade, stratum, suffix, search_no
    FROM division d, LATERAL (
        SELECT s.stratum, s.suffix, s.search_no,
            CASE WHEN s.stratum < 256 AND s.suffix = $1 THEN 0 ELSE 1 + s.stratum / 256 END AS grade
        FROM institution_suffix s
        WHERE s.division_code = d.code::integer AND s.suffix >= $1 AND s.suffix < $1 || chr(1114111)
        OFFSET 0
    ) AS met
    WHERE starts_with(d.code, $2)
    ORDER BY search_no, grade, stratum, suffix
)
SELECT grade, stratum, suffix, search_no FROM best
WHERE (grade, stratum, suffix, search_no) > ($3, $4, $5, $6)
ORDER BY grade, stratum, suffix, search_no LIMIT $7
"""
_SELECT_HITS: Final = """
SELECT i.search_no, i.id, i.state, i.name, i.institution_type, i.grade, i.division_code, d.name AS division_name,
    i.registration_no,
    concat(province.name, prefecture.name, CASE WHEN d.level = 'county' THEN d.name END) AS area,
    ARRAY(SELECT f.name FROM institution_alias f WHERE f.institution_id = i.id AND f.kind = 'former'
          ORDER BY f.recorded_at, f.id) AS former_names,
    other.kind AS other_kind, other.name AS other_name
FROM unnest($1::integer[], $2::smallint[], $3::text[]) WITH ORDINALITY AS hit (search_no, stratum, suffix, place)
JOIN institution i USING (search_no) JOIN division d ON d.code = i.division_code
LEFT JOIN division province ON province.code = left(d.code, 2) || '0000'
LEFT JOIN division prefecture ON prefecture.code = left(d.code, 4) || '00' AND prefecture.code <> province.code
LEFT JOIN LATERAL (
    SELECT a.kind, a.name FROM institution_alias a
    WHERE a.institution_id = i.id AND hit.stratum / 64 % 2 = 1 AND EXISTS (
        SELECT FROM name_suffixes(a.name_key, area_names(i.division_code), true, i.state = 'active') AS s
        WHERE s.stratum = hit.stratum AND s.suffix = hit.suffix)
    ORDER BY a.recorded_at, a.id LIMIT 1
) AS other ON true
ORDER BY hit.place
"""
_ALL: Final = 2**62


@dataclass(frozen=True, slots=True)
class FoundInstitution:
    """A hit; `other_kind` and `other_name` say which name was met, when it was not the present one."""

    rank: Rank
    id: UUID
    state: str
    name: str
    institution_type: str
    grade: str | None
    division_code: str
    division_name: str
    area: str
    registration_no: str | None
    former_names: list[str]
    other_kind: Literal["alias", "former"] | None
    other_name: str | None


async def select_ranked(
    reader: Reader, text: str, walked: Sequence[Stratum], after: Rank | None, outside: str, limit: int
) -> list[Rank]:
    """The best `limit` matches of the whole library from `walked` on, none of the divisions beginning with `outside`.

    `after` is a hit of the first stratum of `walked`: what follows it.
    """
    lowest, highest = division_range(outside) if outside else (1, 0)
    return await _ranked(reader, text, walked, after, (lowest, highest, False, _ALL), limit, 1)


async def select_ranked_inside(
    reader: Reader, text: str, walked: Sequence[Stratum], after: Rank | None, inside: str, budget: int, limit: int
) -> list[Rank]:
    """The same of the divisions beginning with `inside`, but no more than the best `budget` rows are looked at."""
    return await _ranked(reader, text, walked, after, (*division_range(inside), True, budget), limit, 0)


async def _ranked(
    reader: Reader,
    text: str,
    walked: Sequence[Stratum],
    after: Rank | None,
    where: tuple[int, int, bool, int],
    limit: int,
    far: int,
) -> list[Rank]:
    rows = await reader.fetch(
        _RANKED,
        text,
        [place.grade for place in walked],
        [place.stratum for place in walked],
        None if after is None else after.suffix,
        -1 if after is None else after.search_no,
        *where,
        limit,
    )
    return [_rank(row, far) for row in rows]


async def select_ranked_in_area(reader: Reader, text: str, prefix: str, after: Rank | None, limit: int) -> list[Rank]:
    """The best `limit` matches in the divisions beginning with `prefix`, after one of them."""
    last = Rank(-1, 0, 0, "", 0) if after is None else after
    position = (last.grade, last.stratum, last.suffix, last.search_no)
    return [_rank(row, 0) for row in await reader.fetch(_RANKED_IN_AREA, text, prefix, *position, limit)]


async def select_hits(reader: Reader, ranks: Sequence[Rank]) -> list[FoundInstitution]:
    """What people need to tell the hits apart, in the given order, without any that is gone meanwhile (P3)."""
    numbers, strata, suffixes = zip(*((r.search_no, r.stratum, r.suffix) for r in ranks), strict=True)
    rows = await reader.fetch(_SELECT_HITS, list(numbers), list(strata), list(suffixes))
    by_number = {rank.search_no: rank for rank in ranks}
    return [_hit(by_number[row["search_no"]], row) for row in rows]


def division_range(prefix: str) -> tuple[int, int]:
    """The lowest and highest code that begin with `prefix`."""
    return int(prefix.ljust(6, "0")), int(prefix.ljust(6, "9"))


def _hit(rank: Rank, row: Any) -> FoundInstitution:
    same = {column: row[column] for column in FoundInstitution.__slots__ if column != "rank"}
    return FoundInstitution(rank=rank, **same)


def _rank(row: Any, far: int) -> Rank:
    return Rank(row["grade"], far, row["stratum"], row["suffix"], row["search_no"])
