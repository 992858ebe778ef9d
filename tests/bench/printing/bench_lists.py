"""How long a list takes to set and what it holds in memory: python -m tests.bench.printing.bench_lists [people ...]

Each size is set in a fresh child, so that the figures do not profit from the one before. The budget of one print is 5 s
and 300 MB for 500 people; the command fails when it is passed.
"""

import asyncio
import sys
import time
from pathlib import Path

from services.declaration.printing import TEMPLATES
from services.declaration.printing.read_back import read_back
from shared.printing.render import Printer
from tests.unit.declaration.printing import samples

BUDGET_SECONDS = 5.0
BUDGET_MEGABYTES = 300.0


def peak_megabytes(pid: int) -> float:
    """The largest resident set the process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


async def measured(people: int) -> tuple[float, float]:
    """Prints one line of figures and returns seconds and megabytes."""
    # The child is kept for the reading of its memory, however much it grew.
    printer = Printer(TEMPLATES, memory_bytes=1024 * 1024 * 1024)
    begun = time.perf_counter()
    await printer.start()
    started = time.perf_counter()
    pdf = await printer.render(samples.listed(people))
    ended = time.perf_counter()
    megabytes = peak_megabytes(printer.pids[0])
    await printer.stop()
    pages = len(read_back(pdf).heads)
    print(
        f"{people:>6} people {pages:>4} pages {len(pdf) / 1024:>8.0f} KiB   start {started - begun:5.2f} s"
        f"   set {ended - started:5.2f} s   peak {megabytes:5.0f} MB"
    )
    return ended - started, megabytes


async def main(sizes: list[int]) -> int:
    """1 when the budget of 500 people is passed."""
    figures = {people: await measured(people) for people in sizes}
    seconds, megabytes = figures.get(500, (0.0, 0.0))
    return int(seconds > BUDGET_SECONDS or megabytes > BUDGET_MEGABYTES)


if __name__ == "__main__":
    sys.exit(asyncio.run(main([int(size) for size in sys.argv[1:]] or [0, 50, 500, 1000, 2000])))
