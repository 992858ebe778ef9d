"""python -m tests.bench.importing [--rows N] [--carried N]: how fast a large spreadsheet of institutions is checked and
carried out, and how much memory that takes. Prints each figure as soon as it is there."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from services.institution.scheduled.sheets import carry_out_sheets, read_sheets
from shared.clock import SHANGHAI, FrozenClock
from tests.bench.declare.processor_time import cpu_seconds, cpu_seconds_with_children
from tests.bench.declare.raw_limits import durable_commits
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.integration.institution.sheets import COLUMNS, Importer, workbook, zone_importer
from tests.support.engines import Engines
from tests.support.service_under_test import serving

_COUNTIES = ("420102", "420103", "420104", "420105", "420106", "420107", "420111")
_MEGABYTE = 1024 * 1024


def main() -> int:
    """0 when so many rows were imported."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the sheet, all of which are checked")
    parser.add_argument("--carried", type=int, default=50_000, help="rows after which carrying out is stopped")
    arguments = parser.parse_args()
    return asyncio.run(run(arguments.rows, min(arguments.rows, arguments.carried)))


async def run(count: int, carried: int) -> int:
    """Start private durable engines, upload, measure, print."""
    home = PROJECT / "var" / "bench" / "importing"
    async with Stack(home=home, durable=True, services=("institution",), erase=True) as stack:
        await stack.start_engines()
        tell("at", datetime.now(SHANGHAI).isoformat(timespec="seconds"))
        tell("rows", count)
        tell("raw_commits", round(await durable_commits(stack.around.admin_dsn(), 10, 3)))
        async with serving(Engines(stack), "institution", FrozenClock(NOON), IMPORTS__ROWS=str(count)) as service:
            zone = await zone_importer(await Library.open(service, FrozenClock(NOON)))
            return 0 if await measure(zone, stack.pid("postgres"), count, carried) >= carried else 1


def tell(name: str, value: object) -> None:
    """One figure."""
    sys.stdout.write(f"{name:>28}  {value}\n")
    sys.stdout.flush()


async def measure(zone: Importer, postgres: int, count: int, carried: int) -> int:
    """One sheet, first checked, then carried out until so many rows are done; how many are."""
    data = workbook(COLUMNS, *(_row(number) for number in range(count)))
    answer = await zone.upload(data)
    assert answer.status == 201, answer.body
    tell("file_megabytes", round(len(data) / _MEGABYTE, 1))
    async with _measured(postgres, "check", count):
        await read_sheets(zone.service.deps)
    sheet = await zone.sheet(answer.body["id"])
    assert (sheet["state"], sheet["waiting"]) == ("checked", count), sheet
    assert (await zone.started(sheet)).status == 200
    async with _measured(postgres, "carry_out", carried):
        while (sheet := await zone.sheet(sheet["id"]))["state"] == "running" and sheet["done"] < carried:
            await carry_out_sheets(zone.service.deps)
    began = time.monotonic()
    assert (await zone.api.get(f"/sheet-imports/{sheet['id']}/results")).status == 200
    tell("results_seconds", round(time.monotonic() - began, 1))
    tell("imported", sheet["done"])
    return int(sheet["done"])


def _row(number: int) -> Sequence[str]:
    """Every tenth names an owner to invite."""
    owner = ("甄主任", f"139{number:08}") if number % 10 == 0 else ("", "")
    county = _COUNTIES[number % len(_COUNTIES)]
    return (f"虚构街道第{number}村卫生室", county, "村卫生室", "", f"PDY{number:09}", *owner)


@asynccontextmanager
async def _measured(postgres: int, step: str, count: int) -> AsyncIterator[None]:
    """Rows a second, processor seconds, and the most memory this process and its child held meanwhile."""
    child = asyncio.create_task(_peak_of_children())
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, began = _resident("VmHWM"), time.monotonic()
    own, engine = cpu_seconds(os.getpid()), cpu_seconds_with_children(postgres)
    yield
    seconds = time.monotonic() - began
    tell(f"{step}_rows_per_second", round(count / seconds))
    tell(f"{step}_cpu_s", round(cpu_seconds(os.getpid()) - own, 1))
    tell(f"{step}_postgres_cpu_s", round(cpu_seconds_with_children(postgres) - engine, 1))
    tell(f"{step}_grew_mib", round((_resident("VmHWM") - before) / _MEGABYTE))
    tell(f"{step}_child_mib", round(await _ended(child) / _MEGABYTE))


def _resident(field: str, pid: str = "self") -> int:
    """Bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(f"{field}:")), 0)


async def _peak_of_children() -> int:
    """The largest resident set that a reading child of this process had, until cancelled."""
    peak = 0
    with suppress(asyncio.CancelledError):
        while True:
            for task in Path("/proc/self/task").iterdir():
                for pid in (task / "children").read_text(encoding="ascii").split():
                    with suppress(OSError):
                        if b"spreadsheets" in Path(f"/proc/{pid}/cmdline").read_bytes():
                            peak = max(peak, _resident("VmHWM", pid))
            await asyncio.sleep(0.2)
    return peak


async def _ended(child: asyncio.Task[int]) -> int:
    child.cancel()
    return await child


if __name__ == "__main__":
    sys.exit(main())
