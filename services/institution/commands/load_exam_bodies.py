"""load-exam-bodies: bring the tree of a zone to what a file says, by default the one shipped; --dry-run only tells."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.use_cases.exam_bodies.load_exam_bodies import Difference, load_exam_bodies
from shared.errors import NotFound, TiroError

_DATA: Final = Path(__file__).resolve().parents[1] / "data"


class _OnlyTold(Exception):
    """Ends the transaction of a dry run."""


async def load_exam_bodies_command(deps: Dependencies, argv: list[str]) -> int:
    """0 when the tree is, or would be, as the file says; 2 when the file or a guard says no."""
    options = _parser().parse_args(argv)
    file = options.file or _DATA / f"exam_bodies_{options.zone_code}.csv"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        async with deps.database.transaction() as tx:
            differences = await load_exam_bodies(tx, options.zone_code, lines, deps.clock.now())
            if options.dry_run:
                raise _OnlyTold
    except _OnlyTold:
        pass
    except NotFound:
        sys.stderr.write(f"没有考区 {options.zone_code}，请先运行 bootstrap / no such zone, bootstrap first\n")
        return 2
    except TiroError as error:
        sys.stderr.write(f"{error.sentence('zh')} / {error.sentence('en')}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"无法读取文件 / the file can not be read: {file.name}: {error.strerror}\n")
        return 2
    _tell(differences, dry=options.dry_run)
    return 0


def _tell(differences: list[Difference], *, dry: bool) -> None:
    changes = [line for one in differences for line in _lines(one)]
    sys.stdout.write("".join(f"{line}\n" for line in changes))
    count = sum(one.now is not None for one in differences)
    done = "将更改，未写入 / would change, nothing was written" if dry else "已更改 / changed"
    sys.stdout.write(f"{done}: {count}\n")


def _lines(one: Difference) -> list[str]:
    """+ new, ~ changed with what it was, ? not in the file and left alone."""
    if one.now is None:
        return [] if one.was is None else [f"? {one.code} {one.was.name}"]
    now = asdict(one.now)
    if one.was is None:
        return [f"+ {one.code} {one.now.name} < {one.now.parent} [{one.now.divisions}]"]
    was = asdict(one.was)
    return [f"~ {one.code} {fact}: {was[fact]} -> {now[fact]}" for fact in now if now[fact] != was[fact]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.institution load-exam-bodies", description=__doc__)
    parser.add_argument("--zone-code", required=True, help="code of the zone, e.g. 42")
    parser.add_argument("--dry-run", action="store_true", help="print the differences, write nothing")
    parser.add_argument("file", nargs="?", type=Path, help="CSV: code,name,level,parent_code,division_codes")
    return parser
