"""The registers of personal data against the schemas they speak of: what is not spoken for is found here."""

import itertools
from collections.abc import Iterable

import asyncpg
import pytest

from deploy.local.credentials import data_classes
from deploy.local.home import SERVICES
from shared.privacy import reindexing, resealing
from shared.privacy.key_use import count_key_use
from shared.privacy.registry import Register
from shared.privacy.reindexing import reindex
from shared.privacy.resealing import Outcome, reseal
from shared.process.key_commands import run_key_command
from tests.support.engines import Engines, definition_of
from tests.support.service_under_test import Serve, ServiceUnderTest

Columns = list[tuple[str, str, str]]


async def columns_of(engines: Engines, database: str, service: str) -> Columns:
    """(table, column, type) of a service's schema."""
    connection = await asyncpg.connect(engines.stack.around.dsn(f"{service}_migrator", database))
    rows = await connection.fetch(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = $1", service
    )
    await connection.close()
    return [(row["table_name"], row["column_name"], row["data_type"]) for row in rows]


def unspoken(register: Register, columns: Iterable[tuple[str, str, str]]) -> list[str]:
    """Columns that the register should speak of and does not: all of them, or the opaque ones at least."""
    return sorted(
        f"{table}.{column}"
        for table, column, kind in columns
        if (register.complete or kind == "bytea")
        and (table not in register.table or column not in register.table[table].columns)
    )


def unreal(register: Register, columns: Columns) -> list[str]:
    """Columns that the register speaks of and the schema does not have."""
    real = {(table, column) for table, column, _ in columns}
    said = {(name, column) for name, table in register.table.items() for column in table.columns}
    return sorted(f"{table}.{column}" for table, column in said - real)


@pytest.mark.requirement("V47", "V56")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_column_is_spoken_for(engines: Engines, service: str) -> None:
    """No sealed, hashed or otherwise opaque column is missing in its service's register; in identity no column is."""
    async with engines.database(service) as database:
        columns = await columns_of(engines, database, service)
    register = definition_of(service).register
    assert len(columns) > 30
    assert unspoken(register, columns) == []
    assert unreal(register, columns) == []


@pytest.mark.requirement("V47", "V56")
async def test_control_a_new_sealed_column_is_missed(engines: Engines) -> None:
    """Control: a column and a table that nobody registered are found, each in its kind of register."""
    async with engines.database("identity") as database:
        dsn = engines.stack.around.dsn("identity_migrator", database)
        connection = await asyncpg.connect(dsn)
        await connection.execute("SET search_path TO identity")
        await connection.execute("ALTER TABLE person ADD COLUMN wechat_sealed bytea, ADD COLUMN nickname text")
        await connection.execute("CREATE TABLE relative (relative_id uuid, name_sealed bytea)")
        await connection.close()
        columns = await columns_of(engines, database, "identity")
    complete = definition_of("identity").register
    assert unspoken(complete, columns) == [
        "person.nickname",
        "person.wechat_sealed",
        "relative.name_sealed",
        "relative.relative_id",
    ]
    opaque = complete.model_copy(update={"complete": False})
    assert unspoken(opaque, columns) == ["person.wechat_sealed", "relative.name_sealed"]


@pytest.mark.requirement("V47")
@pytest.mark.parametrize("service", SERVICES)
async def test_the_commands_know_their_statements(serve: Serve, service: str) -> None:
    """Resealing and reindexing run on every registered column of every service, with keys that the service holds."""
    running: ServiceUnderTest = await serve(service)
    register, held = running.definition.register, set(data_classes()[service])
    used = {how.data_class for _, how in register.sealed()} | {how.data_class for _, how in register.indexed()}
    used |= {how.data_class for _, how in register.objects()}
    assert used <= held
    done = await reseal(register, running.database, running.bucket, running.keyring, None, _silent)
    again = await reindex(register, running.database, running.keyring, None, _silent)
    assert set(done.done) >= {str(column) for column, _ in register.sealed()}
    assert not done.broken
    assert again == Outcome({str(column): 0 for column, how in register.indexed() if how.of})


@pytest.mark.requirement("V47")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_of_the_commands_prepares(engines: Engines, service: str) -> None:
    """First and following pages, and the exchange of values, for every sealed and indexed column of every service."""
    register, prepared = definition_of(service).register, 0
    async with engines.database(service) as database:
        connection = await asyncpg.connect(engines.stack.around.dsn(service, database))
        for column, how in register.sealed():
            for first in (True, False):
                await connection.prepare(resealing.page_statement(column, how, first=first))
            await connection.prepare(resealing.swap(column))
            prepared += 1
        for column, index in register.indexed():
            if index.of is not None:
                sealed = register.table[column.table].personal[index.of].sealed
                assert sealed is not None
                for first, lacking in itertools.product((True, False), repeat=2):
                    statement = reindexing.page_statement(column, index, sealed, first=first, lacking=lacking)
                    await connection.prepare(statement)
                prepared += 1
        await connection.close()
    assert prepared >= 4


@pytest.mark.requirement("V48")
async def test_index_keys_change_only_where_look_ups_know_it(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A service whose look-ups ask for one form of a value refuses to recompute its indexes, and says why."""
    running: ServiceUnderTest = await serve("declaration")
    assert await run_key_command(running.definition, running.foundation, "reindex", []) == 1
    assert "refused" in capsys.readouterr().out


@pytest.mark.requirement("V47")
async def test_a_class_the_register_does_not_speak_of_is_not_given_up(serve: Serve) -> None:
    """What can not be counted is not said to be unused."""
    running: ServiceUnderTest = await serve("institution")
    use = await count_key_use(
        running.definition.register, running.database, running.bucket, running.keyring, "idempotency", "k0"
    )
    assert not use.free


def _silent(_what: str, _done: int, _of: int) -> None:
    """No progress is looked at."""
