"""Spreadsheets as people make them, and the way one goes: upload, read, start, carry out. All people invented."""

import asyncio
import csv
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import openpyxl  # type: ignore[import-untyped]

from deploy.local.environment import service_environment
from services.institution.app import build_dependencies
from services.institution.scheduled.sheets import carry_out_sheets, read_sheets
from services.institution.settings import Settings
from shared.actor import Role
from shared.clock import SystemClock
from shared.contracts.identity_staff import StaffChanged
from shared.ids import StaffId, new_id
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event
from tests.integration.institution.library import Library
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest

COLUMNS = ["机构名称", "区划代码", "机构类型", "统一社会信用代码", "执业许可证登记号", "主账号姓名", "主账号手机号"]
ROSTER = ["姓名", "执业证书编码", "类别代码", "多点执业"]
Row = Sequence[Any]


def workbook(*rows: Row) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_file(*rows: Row, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def clinic(number: int, **more: str) -> list[str]:
    """A row of a clinic in 武汉江岸区, with a licence number of its own and nobody to invite."""
    cells = {"name": f"虚构第{number}诊所", "division": "420102", "kind": "诊所", "credit": ""}
    cells |= {"licence": f"PDY{number:09}", "owner": "", "phone": "", **more}
    return list(cells.values())


@dataclass(frozen=True, slots=True)
class Importer:
    """Somebody who imports, known to the service as identity told it."""

    service: ServiceUnderTest
    id: UUID
    role: Role
    scope_id: UUID
    api: Caller

    @classmethod
    async def known(cls, service: ServiceUnderTest, role: Role, scope_id: UUID) -> "Importer":
        """A staff account that is active."""
        found = cls.unheard(service, role, scope_id)
        await found.told("active", 1)
        return found

    @classmethod
    def unheard(cls, service: ServiceUnderTest, role: Role, scope_id: UUID) -> "Importer":
        """One of which identity has told nothing yet."""
        staff_id = new_id()
        return cls(service, staff_id, role, scope_id, service.caller(role, id=staff_id, scope_id=scope_id))

    async def told(self, state: Any, version: int, scope_id: UUID | None = None) -> None:
        """Identity tells how the account is now."""
        institution = self.role.startswith("institution")

        def sealed(part: str) -> str:
            return seal_for_event(self.service.keyring, "contact", f"{StaffChanged.TYPE}.{part}:{self.id}", "甄管理")

        event = StaffChanged(
            occurred_at=self.service.clock.now(),
            aggregate_version=version,
            staff_id=StaffId(self.id),
            role=self.role,
            scope_kind="institution" if institution else "exam_body",
            scope_id=scope_id or self.scope_id,
            state=state,
            name=sealed("name"),
            phone=sealed("phone"),
            responsibility_accepted_at=None,
        )
        await self.service.deliver(event)

    async def upload(self, data: bytes, *, path: str | None = None, **more: Any) -> Answer:
        """Hand a file in; a roster's for staff of an institution."""
        own = f"/institutions/{self.scope_id}/supervisor-imports"
        path = path or (own if self.role.startswith("institution") else "/institution-imports")
        headers = {"Content-Type": "application/octet-stream"}
        return await self.api.call("POST", path, data=data, headers=headers, **more)

    async def checked(self, data: bytes) -> dict[str, Any]:
        """A file handed in and read by the worker."""
        answer = await self.upload(data)
        assert answer.status == 201, answer.body
        assert answer.body["state"] == "received"
        await read_sheets(self.service.deps)
        return await self.sheet(answer.body["id"])

    async def sheet(self, import_id: str) -> dict[str, Any]:
        """How far it is."""
        answer = await self.api.get(f"/sheet-imports/{import_id}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body
        return found

    async def started(self, sheet: dict[str, Any]) -> Answer:
        """Start a sheet."""
        return await self.api.post(f"/sheet-imports/{sheet['id']}/start", version=sheet["version"])

    async def imported(self, sheet: dict[str, Any]) -> dict[str, Any]:
        """A checked sheet started and carried out to its end."""
        answer = await self.started(sheet)
        assert answer.status == 200, answer.body
        await carry_out_sheets(self.service.deps)
        return await self.sheet(sheet["id"])

    async def problems(self, sheet: dict[str, Any]) -> dict[int, list[tuple[str, str]]]:
        """(pointer, code) of what is said about each line."""
        rows = (await self.api.get(f"/sheet-imports/{sheet['id']}/rows?limit=100")).body["items"]
        return {row["line"]: [(told["pointer"], told["code"]) for told in row["problems"]] for row in rows}

    async def results(self, sheet: dict[str, Any], language: str = "zh") -> list[list[str]]:
        """The file of results, read back."""
        headers = {"Accept-Language": language}
        answer = await self.api.call("GET", f"/sheet-imports/{sheet['id']}/results", headers=headers)
        assert answer.status == 200, answer.body
        return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


async def zone_importer(library: Library) -> Importer:
    """The zone's administrator."""
    return await Importer.known(library.service, "zone_admin", library.zone_id)


async def count(service: ServiceUnderTest, query: str) -> int:
    """One number from the database."""
    async with service.database.read() as reader:
        found: int = await reader.fetchval(query)
        return found


def counts(sheet: dict[str, Any]) -> tuple[int, int, int, int]:
    """(wrong, waiting, done, refused)."""
    return sheet["wrong"], sheet["waiting"], sheet["done"], sheet["refused"]


async def working_process(
    engines: Engines, service: ServiceUnderTest, failpoint: str, module: str = "sheets"
) -> int | None:
    """A process of its own that does the worker's jobs about what the module arranges until nothing is left, or until
    the failpoint ends it; its status, negative for a signal."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "institution", "worker"),
        "INSTITUTION_POSTGRES__DSN": around.dsn("institution", service.database_name),
        "INSTITUTION_PROFILE": "test",
        "FAILPOINT": failpoint,
    }
    program = f"import asyncio; from tests.integration.institution.{module} import work; asyncio.run(work())"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=PROJECT, env=environment)
    return await process.wait()


async def work() -> None:
    """What that process does."""
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.sheets")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, SystemClock(), settings))
    await read_sheets(deps)
    await carry_out_sheets(deps)
    await deps.close()
    bucket.close()
    await database.close()
