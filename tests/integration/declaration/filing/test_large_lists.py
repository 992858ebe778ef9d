"""The largest hospital has five hundred people: the same statements, one transaction, and a file in time."""

import time
from typing import Any
from uuid import UUID

import pytest

from services.declaration.use_cases.filing.accept_list import accept_list
from shared.actor import Actor
from shared.contracts.declaration import DeclarationFiled
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from tests.integration.declaration.filing.paper import fake_print, generate, open_draft, printing, rendered
from tests.integration.declaration.filing.year import Year, exam_year
from tests.support.service_under_test import Serve


class _Counting:
    """A connection that counts the statements sent through it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        self.statements += name in ("fetch", "fetchrow", "fetchval", "execute", "executemany")
        return getattr(self._connection, name)


async def _accept_counting(year: Year, people: int) -> tuple[int, float]:
    year.institution_id = new_id()
    await year.institution_exists()
    await year.many(people)
    frozen = await generate(year, await open_draft(year))
    await fake_print(year, UUID(frozen["id"]))
    submitted = await year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=frozen["version"])
    connection = await year.service.database.dedicated()
    try:
        counting = _Counting(connection)
        tx = Transaction(counting, "test", None)
        await connection.execute("BEGIN")
        began = time.perf_counter()
        await accept_list(
            tx,
            year.service.keyring,
            UUID(frozen["id"]),
            expected_version=submitted.body["version"],
            actor=Actor("staff", new_id(), "point_admin", year.point_id),
            now=year.clock.now(),
        )
        await tx.flush()
        await connection.execute("COMMIT")
        return counting.statements, time.perf_counter() - began
    finally:
        await connection.close()


@pytest.mark.requirement("B11", "M1")
async def test_accepting_five_hundred_takes_as_many_statements_as_one(serve: Serve) -> None:
    """Acceptance is set-based: five statements and the flush, whatever the number of people; one event each."""
    year = await exam_year(serve)
    one, _ = await _accept_counting(year, 1)
    many, seconds = await _accept_counting(year, 500)
    assert one == many <= 6
    assert seconds < 5
    assert len(await year.service.published(DeclarationFiled)) == 501


@pytest.mark.alone
@pytest.mark.requirement("V70")
async def test_five_hundred_lines_are_rendered_in_time(serve: Serve) -> None:
    """A list of five hundred is frozen in one request and its file is there soon after."""
    year = await exam_year(serve)
    await year.many(500)
    draft = await open_draft(year)
    began = time.perf_counter()
    frozen = await generate(year, draft)
    assert time.perf_counter() - began < 5
    assert frozen["lines"] == 500
    async with printing(year):
        await rendered(year, frozen["id"], seconds=60)
