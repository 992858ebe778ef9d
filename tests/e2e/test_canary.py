"""The canary scan: the candidate's name, number and phone in no column, log line or queue (V50, V51, V54)."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from deploy.demo.phones import texts
from tests.e2e.conftest import HOME, Road

SCHEMAS = ("identity", "institution", "declaration", "notification")


async def _canaries(road: Road) -> list[str]:
    person = road.person
    messages = await road.api.get("mailbox/messages")
    phones = {m["to"] for m in messages["messages"]}
    assert phones
    return [person.name, person.id_number, person.id_number.lower(), person.address[:12], *phones]


async def _dump(road: Road, schema: str) -> str:
    connection = await asyncpg.connect(road.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
    tables = await connection.fetch(
        "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables "
        "WHERE table_schema = $1 AND table_type = 'BASE TABLE'",
        schema,
    )
    parts = []
    for table in tables:
        # allow built-sql: names come from the catalogue
        rows = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table['name']} t")
        parts += [row["row"] for row in rows]
        # bytea shows as hex: text hidden in it would show in this form.
        columns = await connection.fetch(
            "SELECT quote_ident(column_name) AS name FROM information_schema.columns "
            "WHERE format('%I.%I', table_schema, table_name) = $1 AND data_type = 'bytea'",
            table["name"],
        )
        for column in columns:
            # allow built-sql: names come from the catalogue
            values = await connection.fetch(f"SELECT {column['name']} AS v FROM {table['name']}")
            parts += [bytes(value["v"]).decode("utf-8", "replace") for value in values if value["v"] is not None]
    await connection.close()
    return "\n".join(parts)


@pytest.mark.requirement("V50", "V55")
@pytest.mark.parametrize("schema", SCHEMAS)
async def test_no_personal_data_rests_in_clear_in_the_database(road: Road, schema: str) -> None:
    """Every row of every table, text and bytes, without the canary."""
    dump = await _dump(road, schema)
    found = [canary for canary in await _canaries(road) if canary in dump]
    assert len(dump) > 1000
    assert found == []


@pytest.mark.requirement("V54", "V51")
async def test_no_personal_data_in_any_log(road: Road) -> None:
    """The logs of all processes, the gateway's included."""
    text = "\n".join(file.read_text(errors="replace") for file in Path(HOME / "logs").glob("*.log*"))
    assert len(text) > 1000
    assert [canary for canary in await _canaries(road) if canary in text] == []


@pytest.mark.requirement("V45", "V50")
async def test_no_personal_data_rests_in_clear_in_the_buckets(road: Road) -> None:
    """Objects are sealed before they leave the process: neither JPEG nor PDF nor text is found on the disk."""
    files = [file for file in Path(HOME / "data" / "objects").rglob("*") if file.is_file()]
    assert len(files) >= 4
    for file in files:
        data = await asyncio.to_thread(file.read_bytes)
        assert not data.startswith((b"\xff\xd8\xff", b"%PDF", b"\x89PNG")), file.name


async def test_control_the_scan_finds_what_is_there(road: Road) -> None:
    """Control: what is stored in clear on purpose, the institution's name, is met by the same dump."""
    assert "江岸区演示第" in await _dump(road, "institution")
    assert await texts(road.api, (await _canaries(road))[-1])
