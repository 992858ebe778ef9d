"""What people type: names that grow as they are typed, pieces, common words, pinyin, initials, other names, nothing."""

import random
from dataclasses import dataclass
from typing import Any, Final

_COMMON: Final = (
    "医院",
    "卫生",
    "卫生室",
    "诊所",
    "中心",
    "人民医院",
    "卫生院",
    "村卫生室",
    "社区卫生服务中心",
    "第一",
    "门诊部",
)


@dataclass(frozen=True, slots=True)
class Query:
    """One search; `kind` is what the figures are listed by."""

    kind: str
    text: str
    division: str | None = None
    near: str | None = None


async def typed_queries(connection: Any, each: int, seed: int) -> list[Query]:
    """`each` of every kind, from names and sounds that are in the library, in random order."""
    chance = random.Random(seed)
    highest = await connection.fetchval("SELECT max(search_no) FROM institution")
    picked = [chance.randint(1, highest) for _ in range(each * 8)]
    rows = await connection.fetch(
        "SELECT i.name, i.division_code, i.search_no FROM institution i WHERE search_no = ANY($1::int[])", picked
    )
    aliases = await connection.fetch("SELECT name FROM institution_alias LIMIT $1", each)
    sounds = await connection.fetch(
        "SELECT DISTINCT ON (search_no, stratum) suffix FROM institution_suffix WHERE search_no = ANY($1::int[]) "
        "AND stratum % 256 >= 128 ORDER BY search_no, stratum, length(suffix)",
        picked,
    )
    long_sounds = await connection.fetch(
        "SELECT DISTINCT ON (search_no, stratum) suffix FROM institution_suffix WHERE search_no = ANY($1::int[]) "
        "AND stratum % 256 >= 128 ORDER BY search_no, stratum, length(suffix) DESC",
        picked,
    )
    names = [(row["name"], row["division_code"]) for row in rows]
    queries = []
    for _ in range(each):
        name, code = chance.choice(names)
        queries += [
            Query("growing name", name[: chance.randint(2, len(name))]),
            Query("two characters", _piece(chance, name, 2)),
            Query("piece of three to five", _piece(chance, name, chance.randint(3, 5))),
            Query("common words", chance.choice(_COMMON)),
            Query("common words in a province", chance.choice(_COMMON), division=code[:2] + "0000"),
            Query("common words in a prefecture", chance.choice(_COMMON), division=code[:4] + "00"),
            Query("common words in a county", chance.choice(_COMMON), division=code),
            Query("common words, own county first", chance.choice(_COMMON), near=code),
            Query("piece in a province", _piece(chance, name, 2), division=code[:2] + "0000"),
            Query("initials", chance.choice(sounds)["suffix"][: chance.randint(2, 6)]),
            Query("pinyin", chance.choice(long_sounds)["suffix"][: chance.randint(4, 16)]),
            Query("another name", _piece(chance, chance.choice(aliases)["name"], 3)),
            Query("nothing", _piece(chance, name, 2) + chance.choice("魑魍饕餮") + chance.choice("卫医诊")),
        ]
    chance.shuffle(queries)
    return queries


def _piece(chance: random.Random, name: str, length: int) -> str:
    start = chance.randint(0, max(0, len(name) - length))
    return name[start : start + length]
