"""The list and the look-ups at 50,000 declarations: read by index, a page of the list in a bounded number of pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from services.declaration.storage import risk_declarations, risk_devices, risk_list, risk_subjects, risk_traces
from shared.ids import new_id
from tests.integration.declaration.risk.county import County, county
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

# Every tenth lies below the site, every hundredth below the point; each declaration has a file, a text and a supervisor
# of its own, so that a look-up that reads them all shows.
_FILL = (
    """
INSERT INTO known_person (person_id, version, identity, name_index, name_masked, document_type, document_no_masked,
    verified_at)
SELECT gen_random_uuid(), 1, '', decode(md5(n::text), 'hex'), '虚*', 'resident_id', '42****', now()
FROM generate_series($1::int, $2::int) n
""",
    """
INSERT INTO declaration (id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
    exam_level, exam_category_code, route, origin, probation_months, submission, catalogue_version, created_at,
    updated_at, submitted_at)
SELECT gen_random_uuid(), 'P' || p.name_index::text, p.person_id, $1, 2027, $2, '虚构医院', 'submitted', 1,
    'licensed_physician', '110', 'prescribed_education', 'candidate_declaration', 14, 1, 900, now(), now(), now()
FROM known_person p WHERE NOT EXISTS (SELECT FROM declaration d WHERE d.person_id = p.person_id)
""",
    """
INSERT INTO declaration_snapshot (declaration_id, submission, version, institution_id, content, catalogue_version,
    notice_version, submitted_at)
SELECT id, 1, 1, institution_id, '', 900, 1, now() FROM declaration d
WHERE NOT EXISTS (SELECT FROM declaration_snapshot s WHERE s.declaration_id = d.id)
""",
    """
INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, to_state)
SELECT id, 1, now(), 'submit', person_id, 'candidate', 'submitted' FROM declaration d
WHERE NOT EXISTS (SELECT FROM declaration_event e WHERE e.declaration_id = d.id)
""",
    """
INSERT INTO declaration_document (id, declaration_id, kind, object_key, sha256, size, file_kind, file_name, uploaded_at)
SELECT gen_random_uuid(), id, 'diploma', id::text, md5(id::text), 1, 'pdf', '', now() FROM declaration d
WHERE NOT EXISTS (SELECT FROM declaration_document o WHERE o.declaration_id = d.id)
""",
    """
INSERT INTO document_page (document_id, page_id, position, object_key, sha256, size, file_kind, uploaded_at)
SELECT id, gen_random_uuid(), 1, object_key, sha256, 1, 'jpeg', now() FROM declaration_document o
WHERE NOT EXISTS (SELECT FROM document_page p WHERE p.document_id = o.id)
""",
    """
INSERT INTO risk_text (declaration_id, source, cycle_id, institution_id, bands)
SELECT id, 'summary', cycle_id, institution_id, ARRAY[decode(md5(id::text), 'hex'), decode(md5('2' || id), 'hex')]
FROM declaration ON CONFLICT DO NOTHING
""",
    """
INSERT INTO risk_guidance (declaration_id, place, cycle_id, certificate_index, first_day, last_day)
SELECT id, 1, cycle_id, decode(md5(id::text), 'hex'), '2025-07-01', '2026-12-01' FROM declaration ON CONFLICT DO NOTHING
""",
    """
INSERT INTO risk_hit (id, cycle_id, rule, subject_kind, subject_id, institution_id, person_id, body_path, state,
    version, score, value, thresholds_version, evidence, found_at)
SELECT gen_random_uuid(), cycle_id, 'F' || (1 + n % 18), 'declaration', id, institution_id, person_id,
    CASE WHEN n % 100 = 0 THEN ARRAY[$1, $2, $3]::uuid[] WHEN n % 10 = 0 THEN ARRAY[$1, $2]::uuid[]
         ELSE ARRAY[$1, $4]::uuid[] END, 'open', 1, 1 + n % 100, 1, 1, '', now()
FROM (SELECT *, row_number() OVER () AS n FROM declaration) d
WHERE NOT EXISTS (SELECT FROM risk_hit h WHERE h.subject_id = d.id)
""",
)
# Two thirds of those at the address declared, in no order.
_AT_ONE_ADDRESS = """
INSERT INTO risk_device (subject_id, used, mac, is_staff, seen_at)
SELECT coalesce(p.person_id, gen_random_uuid()), 'address', 'here', false, now() - n.n * interval '1 second'
FROM generate_series(1, 5000) n
LEFT JOIN (SELECT person_id, row_number() OVER () AS n FROM declaration) p ON p.n = n.n AND n.n % 3 > 0
"""
_WITHDRAW_OTHERS = """
UPDATE declaration SET state = 'withdrawn' WHERE id <> $1 AND person_id IN (SELECT subject_id FROM risk_device)
"""
_MOST = 200
_LARGE = {
    *("declaration", "declaration_snapshot", "declaration_event", "declaration_document", "known_person"),
    *("risk_hit", "risk_text", "risk_guidance", "document_page", "risk_device"),
}


async def fill(place: County, engines: Engines, first: int, last: int) -> None:
    """So many more declarations, each with everything that signals look at."""
    year = place.year
    arguments: list[tuple[object, ...]] = [(first, last), (year.cycle_id, year.institution_id), (), (), (), (), (), ()]
    arguments.append((year.zone_id, year.site_id, year.point_id, year.other_site_id))
    async with owner(engines, year.service.database_name) as connection:
        for statement, values in zip(_FILL, arguments, strict=True):
            await connection.execute(statement, *values)
        for table in sorted(_LARGE):
            await connection.execute(f"VACUUM (ANALYZE) {table}")


@asynccontextmanager
async def owner(engines: Engines, database: str, service: str = "declaration") -> AsyncIterator[Any]:
    """The owner of the tables, with time for large statements."""
    dsn = engines.stack.around.dsn(f"{service}_migrator", database)
    settings = {"search_path": f"{service},public"}
    connection = await asyncpg.connect(dsn, server_settings=settings, timeout=30, command_timeout=600)
    try:
        yield connection
    finally:
        await connection.close()


async def plan(place: County, statement: str, *arguments: object, analyse: bool = False) -> dict[str, Any]:
    """How the engine reads it."""
    options = "ANALYZE, BUFFERS, FORMAT JSON" if analyse else "FORMAT JSON"
    async with place.year.service.database.read() as reader:
        text = await reader.fetchval(f"EXPLAIN ({options}) {statement}", *arguments)
    shown: dict[str, Any] = orjson.loads(text)[0]["Plan"]
    return shown


def whole_reads(node: dict[str, Any]) -> set[str]:
    """The large tables that are read from end to end somewhere in a plan."""
    found = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return (found & _LARGE).union(*(whole_reads(part) for part in node.get("Plans", ())))


def pages(node: dict[str, Any]) -> int:
    """How many pages were touched."""
    return int(node["Shared Hit Blocks"] + node["Shared Read Blocks"])


@pytest.mark.requirement("B1")
async def test_the_list_and_the_look_ups_stay_flat(serve: Serve, engines: Engines) -> None:
    """A page of the zone, of a site, of a point, of one rule, from the middle of the list: no more than 200 pages are
    read for its 21 hits, their institutions and people; and no look-up of a signal reads a large table as a whole."""
    place = await county(serve)
    year = place.year
    await fill(place, engines, 1, 50_000)
    read = {}
    for name, body in (("zone", year.zone_id), ("site", year.site_id), ("point", year.point_id)):
        for rule in (None, "F1"):
            arguments = (body, year.cycle_id, "open", rule, None, None, 50, UUID(int=0), 21)
            shown = await plan(place, risk_list._SELECT_PAGE, *arguments, analyse=True)
            read[f"{name} {rule}"] = pages(shown)
    assert {name: touched for name, touched in read.items() if touched > _MOST} == {}
    ids = await some_ids(place)
    lookups: list[tuple[str, tuple[object, ...]]] = [
        (risk_declarations._SELECT, (ids,)),
        (risk_declarations._SELECT_TWINS, (ids,)),
        (risk_declarations._SELECT_NAMESAKES, (ids,)),
        (risk_declarations._SELECT_DECISIONS, (ids,)),
        (risk_traces._SELECT_MEETING, (ids, 20, 300)),
        (risk_subjects._SELECT_GUIDED, ([b"1"], year.cycle_id, ["submitted"])),
        (risk_subjects._SELECT_DECISIONS, ([new_id()], year.cycle_id)),
    ]
    for statement, given in lookups:
        assert whole_reads(await plan(place, statement, *given)) == set(), statement
    # The control: a condition without an index is seen to read everything.
    assert whole_reads(await plan(place, "SELECT id FROM declaration WHERE probation_months = $1", 14)) == {
        "declaration"
    }


@pytest.mark.requirement("F9")
async def test_a_phrase_that_everybody_uses_is_compared_for_some(serve: Serve, engines: Engines) -> None:
    """Of 2,000 equal texts at other institutions 300 are compared with each, and 20 of them are met."""
    place = await county(serve)
    await fill(place, engines, 1, 2_000)
    async with owner(engines, place.year.service.database_name) as connection:
        await connection.execute("UPDATE risk_text SET bands = ARRAY['common'::bytea], institution_id = declaration_id")
    own = (await some_ids(place))[:1]
    shown = await plan(place, risk_traces._SELECT_MEETING, own, 20, 300, analyse=True)
    assert (shown["Actual Rows"], most_sorted(shown)) == (20, 300)
    # The control: without the bound it grows with everybody.
    assert most_sorted(await plan(place, risk_traces._SELECT_MEETING, own, 20, 5_000, analyse=True)) == 1_999


@pytest.mark.requirement("F10")
async def test_an_empty_form_that_everybody_hands_in_is_read_in_part(serve: Serve, engines: Engines) -> None:
    """Of 4,000 people with the same file, a single one or the page of a document, 50 are named, and no more than 51
    files are read for each who asks: one of them is his own."""
    place, tables = await county(serve), ("declaration_document", "document_page")
    await fill(place, engines, 1, 4_000)
    async with owner(engines, place.year.service.database_name) as connection:
        for table in tables:
            # allow built-sql: our own names
            await connection.execute(f"UPDATE {table} SET sha256 = 'empty form'")
            await connection.execute(f"VACUUM (ANALYZE) {table}")
    own = (await some_ids(place))[:1]
    shown = await plan(place, risk_declarations._SELECT_TWINS, own, analyse=True)
    assert shown["Actual Rows"] == 50
    assert {table: most_read(shown, table) <= 51 for table in tables} == dict.fromkeys(tables, True)
    # The control: without the bounds everybody's is read.
    unbound = risk_declarations._SELECT_TWINS.replace("_id LIMIT 50", "_id LIMIT 9000")
    shown = await plan(place, unbound, own, analyse=True)
    assert {table: most_read(shown, table) for table in tables} == dict.fromkeys(tables, 4_000)


@pytest.mark.requirement("F7")
async def test_a_network_of_half_a_province_is_read_in_part(serve: Serve, engines: Engines) -> None:
    """Of 5,000 logins at one address the latest 2,000 are read, in the order of an index, and 200 who declared are
    named; the declarations of the others are looked up one by one."""
    place = await county(serve)
    await fill(place, engines, 1, 50_000)
    async with owner(engines, place.year.service.database_name) as connection:
        await connection.execute(_AT_ONE_ADDRESS)
        await connection.execute("VACUUM (ANALYZE) risk_device")
    async with place.year.service.database.read() as reader:
        own = await reader.fetchval("SELECT d.id FROM risk_device JOIN declaration d ON person_id = subject_id LIMIT 1")
    shown = await plan(place, risk_devices._SELECT, [own], analyse=True)
    assert whole_reads(shown) == set()
    assert shown["Actual Rows"] == 200
    assert 299 <= most_read(shown, "risk_device") <= 301
    # Where hardly anybody declared, the bound ends it.
    async with owner(engines, place.year.service.database_name) as connection:
        await connection.execute(_WITHDRAW_OTHERS, own)
    shown = await plan(place, risk_devices._SELECT, [own], analyse=True)
    assert (shown["Actual Rows"], most_read(shown, "risk_device"), most_sorted(shown)) == (0, 2_000, 0)
    # The control: without the bound everybody is read.
    unbound = risk_devices._SELECT.replace("LIMIT 2000", "LIMIT 9000")
    assert most_read(await plan(place, unbound, [own], analyse=True), "risk_device") == 5_000


def most_read(node: dict[str, Any], table: str) -> int:
    """The rows of a table that one part of a plan reads."""
    here = int(node["Actual Rows"]) if node.get("Relation Name") == table else 0
    return max([here, *(most_read(part, table) for part in node.get("Plans", ()))])


def most_sorted(node: dict[str, Any]) -> int:
    """The rows that go into the largest sort of a plan."""
    inner = node.get("Plans", ())
    here = max((int(part["Actual Rows"]) for part in inner), default=0) if node["Node Type"] == "Sort" else 0
    return max([here, *(most_sorted(part) for part in inner)])


async def some_ids(place: County) -> list[UUID]:
    """A batch of declarations."""
    async with place.year.service.database.read() as reader:
        return [row["id"] for row in await reader.fetch("SELECT id FROM declaration LIMIT 100")]
