"""What somebody said of himself to declare elsewhere goes from backups too, once the account is erased (V58, A17)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from shared.contracts.identity import ExemptChannelChanged, ExemptPerson
from shared.ids import new_id
from shared.process.forgetting import forget_now
from shared.security.subject_keys import SubjectKeys
from shared.security.subject_sealing import seal_event_for
from tests.integration.declaration.filing.test_status import NOTHING
from tests.integration.declaration.filing.year import Year, document_no, exam_year
from tests.integration.declaration.test_revoked_people import ask, choose
from tests.support.backups import dump_database, restored
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, serving

NAME = "军医试"


async def said_by(year: Year, person_id: UUID, number: str, version: int = 1, name: str = NAME) -> None:
    """Identity tells what a person says, sealed for that person."""
    said = ExemptPerson(name=name, document_type="resident_id", document_no=number).model_dump_json()
    place = f"{ExemptChannelChanged.TYPE}.person:{person_id}"
    sealed = await seal_event_for(year.service.keyring, person_id, "person", place, said)
    await choose(year.service, person_id, name, number, person=sealed, aggregate_version=version)


@asynccontextmanager
async def brought_back(engines: Engines, year: Year, dump: Path) -> AsyncIterator[Year]:
    """The service on the database of the backup, with nothing remembered."""
    name = f"{year.service.database_name}_restored"
    async with (
        restored(engines.stack.around.admin_dsn(), dump, name),
        serving(engines, "declaration", year.clock, on=name) as again,
    ):
        yield replace(year, service=again)


async def destroy(engines: Engines, person: UUID) -> None:
    """What identity does when an account was closed."""
    settings = engines.settings("identity", "unused").subject_keys
    assert settings is not None
    keys = await SubjectKeys.connect(settings, "test.identity")
    await keys.destroy(person)
    await keys.close()


@pytest.mark.requirement("V58", "A17")
async def test_a_choice_in_a_backup_does_not_open(serve: Serve, engines: Engines, tmp_path: Path) -> None:
    """Asked with the name, a restored service has nothing to say of an erased person, and forgetting again removes the
    row; a declared and filed person is answered for as before. Control: with the key there, the backup answers."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    person, number = new_id(), document_no(77)
    await said_by(year, person, number)
    dump = await dump_database(engines.stack.around.admin_dsn(), year.service.database_name, tmp_path)
    async with brought_back(engines, year, dump) as again:
        assert (await ask(again, number, name=NAME)).body["status"] == "exempt_channel"
    await destroy(engines, person)
    async with brought_back(engines, year, dump) as again:
        assert (await ask(again, number, name=NAME)).body == NOTHING
        service = again.service
        assert await forget_now(service.definition, service.foundation, service.deps) == 1
        async with service.database.read() as reader:
            assert await reader.fetchval("SELECT count(*) FROM known_exempt_person") == 0
            assert await reader.fetchval("SELECT state FROM declaration WHERE id = $1", declared.id) == "filed"


@pytest.mark.requirement("V58")
async def test_an_event_of_an_erased_person_that_comes_late_leaves_nothing(serve: Serve, engines: Engines) -> None:
    """It can not be opened and is neither kept nor parked. Control: a neighbour's is kept."""
    year = await exam_year(serve)
    erased, neighbour = new_id(), new_id()
    for person in (erased, neighbour):
        await year.service.keyring.subjects.take(person)
    said = ExemptPerson(name=NAME, document_type="resident_id", document_no=document_no(78)).model_dump_json()
    place = f"{ExemptChannelChanged.TYPE}.person:{erased}"
    sealed = await seal_event_for(year.service.keyring, erased, "person", place, said)
    await destroy(engines, erased)
    async with serving(engines, "declaration", year.clock, on=year.service.database_name) as fresh:
        late = replace(year, service=fresh)
        await choose(late.service, erased, NAME, document_no(78), person=sealed)
        await said_by(late, neighbour, document_no(79))
        async with fresh.database.read() as reader:
            rows = await reader.fetch("SELECT person_id FROM known_exempt_person")
    assert [row["person_id"] for row in rows] == [neighbour]
