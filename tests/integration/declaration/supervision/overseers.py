"""Exam bodies that supervise a year: their accounts as identity tells of them, and the worker as it runs. All
invented."""

import asyncio
import io
import os
import sys
from typing import Any
from uuid import UUID

import openpyxl  # type: ignore[import-untyped]

from deploy.local.environment import service_environment
from services.declaration.dependencies import build_dependencies
from services.declaration.scheduled.exports import work_exports
from services.declaration.settings import Settings
from services.declaration.storage import exports
from services.declaration.use_cases.exporting.gather_export import gather_export
from shared.actor import Role
from shared.clock import FrozenClock
from shared.contracts.identity_staff import StaffChanged
from shared.ids import StaffId, new_id
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from tests.integration.declaration.filing.year import NOW, Year
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import Caller


async def overseer(
    year: Year, role: Role, scope_id: UUID, *, staff_id: UUID | None = None, state: str = "active", version: int = 1
) -> Caller:
    """An account of an exam body that this service has heard of."""
    wanted = staff_id or new_id()
    await year.service.deliver(
        StaffChanged.model_validate(
            {
                "occurred_at": year.clock.now(),
                "aggregate_version": version,
                "staff_id": StaffId(wanted),
                "role": role,
                "scope_kind": "exam_body",
                "scope_id": scope_id,
                "state": state,
                "name": "sealed",
                "phone": "sealed",
            }
        )
    )
    return year.service.caller(role, id=wanted, scope_id=scope_id)


def wanted(year: Year, kind: str = "records", **more: Any) -> dict[str, Any]:
    """The body that asks for an export of the year."""
    return {"kind": kind, "reason_code": "supervision", "cycle_id": str(year.cycle_id)} | more


async def asked(year: Year, by: Caller, kind: str = "records", **more: Any) -> dict[str, Any]:
    """An export that was asked for, as answered."""
    answer = await by.post("/exports", wanted(year, kind, **more))
    assert answer.status == 202, answer.body
    job: dict[str, Any] = answer.body
    return job


async def made(year: Year, by: Caller, kind: str = "records", **more: Any) -> dict[str, Any]:
    """An export that was asked for and made."""
    job = await asked(year, by, kind, **more)
    await work_exports(year.service.deps)
    return await seen(by, job)


async def seen(by: Caller, job: dict[str, Any]) -> dict[str, Any]:
    """An export as it stands now."""
    answer = await by.get(f"/exports/{job['id']}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


async def rows_of(by: Caller, job: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What stands in the file, the header first."""
    answer = await by.get(f"/exports/{job['id']}/file")
    assert answer.status == 200, answer.body
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body), read_only=True).active
    assert sheet is not None
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


async def working_process(engines: Engines, year: Year, failpoint: str) -> int | None:
    """A process of its own that works on exports until nothing is left, or until the failpoint ends it; its status,
    negative for a signal."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "declaration", "worker"),
        "DECLARATION_POSTGRES__DSN": around.dsn("declaration", year.service.database_name),
        "DECLARATION_PROFILE": "test",
        "FAILPOINT": failpoint,
    }
    module = "tests.integration.declaration.supervision.overseers"
    program = f"import asyncio; from {module} import work; asyncio.run(work())"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=PROJECT, env=environment)
    return await process.wait()


async def work() -> None:
    """What that process does."""
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.exports")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, FrozenClock(NOW), settings))
    await work_exports(deps)
    await deps.close()


async def actions(year: Year, job: dict[str, Any]) -> list[str]:
    """What the audit trail says of an export."""
    query = "SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY entry::jsonb->>'at', sequence"
    async with year.service.database.read() as reader:
        return [row["action"] for row in await reader.fetch(query, job["id"])]


async def gathered(year: Year) -> None:
    """One part of the export whose turn it is."""
    async with year.service.database.transaction() as tx:
        job = await exports.lock_next(tx, year.clock.now())
        assert job is not None
        await gather_export(tx, job, keyring=year.service.keyring, now=year.clock.now())
