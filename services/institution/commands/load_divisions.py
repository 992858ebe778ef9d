"""load-divisions [file ...]: write the division table from CSV files, by default those shipped with the service."""

import sys
from pathlib import Path

from services.institution.dependencies import Dependencies
from services.institution.use_cases.load_divisions import DivisionFileWrong, load_divisions

SHIPPED = Path(__file__).resolve().parents[1] / "data"


async def load_divisions_command(deps: Dependencies, argv: list[str]) -> int:
    """Load every file in one transaction; 0 when all were loaded, 2 when one is wrong."""
    files = [Path(name) for name in argv] or shipped_files()
    try:
        async with deps.database.transaction() as tx:
            counts = [await load_divisions(tx, file.read_text(encoding="utf-8").splitlines()) for file in files]
    except DivisionFileWrong as error:
        sys.stderr.write(f"{error.sentence('zh')} / {error.sentence('en')}\n")
        return 2
    sys.stdout.write(f"已导入 {sum(counts)} 个行政区划 / {sum(counts)} divisions loaded\n")
    return 0


def shipped_files() -> list[Path]:
    """The division files that come with the service, one per province."""
    return sorted(SHIPPED.glob("divisions_*.csv"))
