"""What a search finds is what a naive reading of every name finds, in the same order, page by page (A20)."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.institution.domain.names import name_key
from services.institution.domain.search_ranking import Rank
from services.institution.domain.searched_text import searched_text
from services.institution.storage import institution_aliases
from services.institution.use_cases.institutions.search_institutions import search_institutions
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.support.engines import Engines
from tests.support.naive_search import VISIBLE, Entry, find, plain
from tests.support.waiting import wait_until

_INSERT = """
INSERT INTO institution (id, version, state, origin, name, name_key, division_code, institution_type, filing_body_id,
    filing_body_path, created_at, updated_at, state_changed_at)
VALUES ($1, 1, $2, 'issued', $3, $4, $5, 'clinic', $6, ARRAY[$6::uuid], $7, $7, $7) RETURNING search_no
"""
_AREAS = {"420102": ("武汉", "江岸", "湖北"), "420302": ("十堰", "茅箭", "湖北"), "420106": ("武汉", "武昌", "湖北")}

WORDS = (
    *(
        "武汉",
        "武汉市",
        "湖北省",
        "江岸区",
        "武昌",
        "人民医院",
        "中心",
        "医院",
        "第一",
        "第1",
        "重庆",
        "长",
        "行",
        "卫生",
    ),
    *("室", "村", "诊所", "A", "ct", "·", "一", "三", "协和", "附属", "女", "(a)"),
)
words = st.sampled_from(WORDS)
names = st.lists(words, min_size=1, max_size=5).map("".join).filter(lambda name: len(plain(name)) >= 2)
states = st.sampled_from([*VISIBLE, "active", "active", "merged", "closed", "under_review"])
rows = st.tuples(names, st.lists(names, max_size=2, unique_by=name_key), states, st.sampled_from(sorted(_AREAS)))
libraries = st.lists(rows, min_size=1, max_size=12, unique_by=lambda row: (row[3], name_key(row[0])))
letters = st.sampled_from(
    ["wh", "yy", "rmyy", "cq", "zq", "chang", "zhangy", "wuhan", "xingzhen", "hang", "yi", "diyi", "nvyi"]
)
typed = st.one_of(names, letters, st.lists(words, min_size=1, max_size=2).map("".join))


async def fill(tx: Transaction, zone: UUID, content: Sequence[tuple[str, list[str], str, str]]) -> list[Entry]:
    """The rows in the database, and what the naive matcher knows of them."""
    entries = []
    for name, others, state, division in content:
        own = new_id()
        number = await tx.fetchval(_INSERT, own, state, name, name_key(name), division, zone, NOON)
        for other in others:
            await institution_aliases.insert(tx, own, "former", other, NOON)
        entries.append(Entry(number, name, tuple(others), state, division, _AREAS[division]))
    return entries


async def paged(reader: Reader, text: str, within: str, near: str, size: int) -> list[int]:
    """All pages of a search, one after the other."""
    found: list[int] = []
    after: Rank | None = None
    while True:
        page = await search_institutions(reader, text, within=within, near=near, after=after, limit=size)
        found += [hit.rank.search_no for hit in page]
        if len(page) < size:
            return found
        after = page[-1].rank


class Undone(Exception):
    """Takes back what an example wrote."""


async def readings_of(library: Library) -> dict[str, list[str]]:
    """How characters are read, as the database has it."""
    async with library.service.database.read() as reader:
        rows = await reader.fetch("SELECT letter, readings FROM han_reading")
    return {row["letter"]: row["readings"].split() for row in rows}


async def compare(
    library: Library, content: Sequence[tuple[str, list[str], str, str]], text: str, within: str, near: str, size: int
) -> int:
    """One library and one search, both ways; how much was found."""
    readings = await readings_of(library)
    with suppress(Undone):
        async with library.service.database.transaction() as tx:
            entries = await fill(tx, library.zone_id, content)
            expected = find(entries, text, readings, within=within, near=near) if len(plain(text)) >= 2 else []
            assert await paged(tx, text, within, near, size) == expected
            raise Undone
    return len(expected)


@pytest.mark.requirement("A20")
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(content=libraries, text=typed, within=st.sampled_from(["", "", "42", "4201", "420302"]), size=st.integers(1, 4))
async def test_a_search_finds_what_a_naive_reading_finds(
    library: Library, content: list[tuple[str, list[str], str, str]], text: str, within: str, size: int
) -> None:
    """All that a person may see is found, in the right order, once, whatever the page size, the area, the states."""
    await compare(library, content, text, within, "", size)


@pytest.mark.requirement("A20")
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(content=libraries, text=typed, near=st.sampled_from(["42", "4201", "420102", "420302"]), size=st.integers(1, 4))
async def test_the_own_area_goes_first_among_equals(
    library: Library, content: list[tuple[str, list[str], str, str]], text: str, near: str, size: int
) -> None:
    """With an area of one's own, the two merged lists are the one list that a naive reading sorts."""
    await compare(library, content, text, "", near, size)


MANY = [
    *(("武汉市第一人民医院", [], "active", "420102"), ("武汉市人民医院", ["第一医院"], "issued", "420106")),
    *(("长江医院", [], "active", "420302"), ("重庆医院", ["长医院"], "active", "420302")),
]


async def test_the_comparison_sees_what_is_searched(library: Library) -> None:
    """The examples above are no empty lists: pieces, initials and every usual reading find what they should."""
    found = {
        text: await compare(library, MANY, text, "", "", 2)
        for text in ("医院", "第1", "zhang", "chang", "zhongq", "chongqing", "dyrmyy", "whsdyrmyy", "江医")
    }
    assert found == {
        "医院": 4,
        "第1": 2,
        "zhang": 2,
        "chang": 2,
        "zhongq": 1,
        "chongqing": 1,
        "dyrmyy": 1,
        "whsdyrmyy": 1,
        "江医": 1,
    }


async def test_control_without_triggers_names_are_missed(library: Library, engines: Engines) -> None:
    """Negative control: when the database does not keep the index, the comparison fails."""
    around = engines.stack.around
    owner = await asyncpg.connect(around.dsn("institution_migrator", library.service.database_name))
    await owner.execute("ALTER TABLE institution.institution DISABLE TRIGGER institution_suffixes_of_new")
    await owner.close()
    with pytest.raises(AssertionError):
        await compare(library, [("武汉医院", [], "active", "420102")], "武汉", "", "", 2)


async def test_what_changes_is_found_as_it_is_now(library: Library) -> None:
    """A name, a state, a division, an alias that comes or goes: the search follows with the same commit."""
    readings = await readings_of(library)
    with suppress(Undone):
        async with library.service.database.transaction() as tx:
            (entry,) = await fill(tx, library.zone_id, [("武汉医院", ["长江诊所"], "active", "420102")])
            for change, after in changes(entry):
                await tx.execute(change, entry.number)
                for text in ("武汉", "诊所", "十堰", "shiyan", "changjiang"):
                    expected = find([after], text, readings)
                    assert await paged(tx, text, "", "", 5) == expected, (change, text)
            raise Undone


def changes(entry: Entry) -> list[tuple[str, Entry]]:
    """Statements that change one institution, and what it is afterwards."""
    suspended = replace(entry, state="suspended")
    renamed = replace(suspended, name="十堰医院")
    moved = replace(renamed, division="420302", areas=_AREAS["420302"])
    unnamed = replace(moved, others=())
    closed = replace(unnamed, state="closed")
    return [
        ("UPDATE institution SET state = 'suspended' WHERE search_no = $1", suspended),
        ("UPDATE institution SET name = '十堰医院', name_key = '十堰医院' WHERE search_no = $1", renamed),
        ("UPDATE institution SET division_code = '420302' WHERE search_no = $1", moved),
        (
            "DELETE FROM institution_alias WHERE institution_id = (SELECT id FROM institution WHERE search_no = $1)",
            unnamed,
        ),
        ("UPDATE institution SET state = 'closed' WHERE search_no = $1", closed),
    ]


@given(text=st.text(max_size=12) | st.lists(words, max_size=4).map("".join))
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
async def test_both_sides_read_a_text_the_same_way(library: Library, text: str) -> None:
    """What is typed is prepared by Python, what is stored by the database: one must be the other."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    async with library.service.database.read() as reader:
        assert await reader.fetchval("SELECT searched_text($1)", name_key(text)) == searched_text(text)


HOSTILE = [
    *(
        "' OR 1=1 --",
        "%%",
        "__",
        "\\\\",
        "a' UNION SELECT",
        "${jndi:x}",
        "<script>",
        "\U0010ffff\U0010ffff",
        "||chr(1)||",
    ),
    *(
        "🙂🙂",
        "e\u0301e\u0301",
        "ﷺﷺ",
        "医\u200b院",
        "医院" * 30,
        "医\x00院院院",
        "zz" * 30,
        "\u202e医院",
        "1e309",
        "null",
        "[]{}",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_texts_find_nothing_and_break_nothing(library: Library, text: str) -> None:
    """Quotes, patterns, control and joining characters, very long texts: an ordinary answer, or a clear refusal."""
    await library.issue(name="武汉市江岸医院")
    answer = await library.service.caller("candidate").get(f"/institution-search?q={quote(text)}")
    assert answer.status in (200, 400 if "\0" in text else 422), answer.body
    if answer.status == 200:
        assert answer.body["items"] == []


async def found_after_a_race(library: Library) -> int:
    """Somebody adds a name, and before that is committed somebody else closes the institution; how many institutions
    are found by the name, where nobody may find this one."""
    hospital = await library.issued(name="武汉医院")
    database = library.service.database
    async with database.transaction() as first:
        await institution_aliases.insert(first, hospital.id, "alias", "长江诊所", NOON)

        async def close() -> None:
            async with database.transaction() as second:
                await second.execute("UPDATE institution SET state = 'closed' WHERE id = $1", hospital.id)

        closing = asyncio.create_task(close())
        await waits_for_a_lock(library)
    await closing
    async with database.read() as reader:
        return len(await paged(reader, "长江", "", "", 5))


async def test_who_adds_a_name_and_who_changes_the_state_take_turns(library: Library) -> None:
    """Two transactions at once: whichever commits last has indexed what both did."""
    assert await found_after_a_race(library) == 0


async def test_control_without_turns_a_name_of_a_closed_institution_is_found(
    library: Library, engines: Engines
) -> None:
    """Negative control: where the trigger does not lock the institution, the second one waits for
    rows of the first, and misses those it has not seen."""
    around = engines.stack.around
    owner = await asyncpg.connect(around.dsn("institution_migrator", library.service.database_name))
    body = await owner.fetchval("SELECT pg_get_functiondef('institution.refresh_institution_suffixes'::regproc)")
    assert body.count("FOR NO KEY UPDATE") == 1
    await owner.execute(body.replace("FOR NO KEY UPDATE", ""))
    await owner.close()
    assert await found_after_a_race(library) == 1


async def waits_for_a_lock(library: Library) -> None:
    """Until some statement of this database waits for another's row."""

    async def waiting() -> bool:
        async with library.service.database.read() as reader:
            return bool(
                await reader.fetchval(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
            )

    await wait_until(waiting)
