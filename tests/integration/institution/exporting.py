"""Sheets of institutions as overseers ask for them, many institutions at once, and the worker as it runs."""

import io
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from services.institution.app import build_dependencies
from services.institution.scheduled.exports import work_exports
from services.institution.settings import Settings
from shared.clock import FrozenClock
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller

_COLUMNS = """
SELECT string_agg(column_name, ', ') FROM information_schema.columns
WHERE table_name = 'institution' AND is_generated = 'NEVER' AND is_identity = 'NO'
"""
_MULTIPLY = """
INSERT INTO institution ({columns}) SELECT {columns} FROM (
    SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'name', '虚构诊所' || n,
        'name_key', '虚构诊所' || n, 'registration_no', NULL, 'credit_code', NULL))).*
    FROM institution i, generate_series(1, $2) AS n WHERE i.id = $1) AS made
"""


async def multiplied(library: Library, one: Hospital, times: int) -> None:
    """So many more institutions like one."""
    async with library.service.database.transaction() as tx:
        columns = await tx.fetchval(_COLUMNS)
        assert await tx.execute(_MULTIPLY.format(columns=columns), one.id, times) == times


async def ask(by: Caller, **wanted: Any) -> Answer:
    """Ask for a sheet."""
    return await by.post("/exports", {"reason_code": "supervision"} | wanted)


async def asked(by: Caller, **wanted: Any) -> dict[str, Any]:
    """A sheet that was asked for, as answered."""
    answer = await ask(by, **wanted)
    assert answer.status == 202, answer.body
    job: dict[str, Any] = answer.body
    return job


async def seen(by: Caller, job: dict[str, Any]) -> dict[str, Any]:
    """How far it is."""
    answer = await by.get(f"/exports/{job['id']}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


async def made(library: Library, by: Caller, **wanted: Any) -> dict[str, Any]:
    """A sheet that was asked for and made."""
    job = await asked(by, **wanted)
    await work_exports(library.service.deps)
    done = await seen(by, job)
    assert done["state"] == "done", done
    return done


async def taken(by: Caller, job: dict[str, Any]) -> bytes:
    """Its file."""
    answer = await by.get(f"/exports/{job['id']}/file")
    assert answer.status == 200, answer.body
    data: bytes = answer.body
    return data


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    """What stands in a file, the header first; every cell is text."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None for line in sheet.iter_rows() for cell in line if cell.data_type == "n")
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


async def work() -> None:
    """What a worker's process does, by the clock of the tests."""
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.exports")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, FrozenClock(NOON), settings))
    await work_exports(deps)
    await deps.close()
    bucket.close()
    await database.close()
