"""`build-breached-list EXPORT --out FILE`: an export of leaked passwords as the list that identity reads (V13).

The export has a line per password, `<SHA-1 in hexadecimal>` or `<SHA-1>:<count>`, ascending by hash, as the common
download tools write it."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.identity.credentials.breached_passwords import ENTRY, BreachedListBroken, write_list

_LINE: Final = re.compile(rb"([0-9A-Fa-f]{40})(?::([0-9]+))?\s*")


def build_breached_list(argv: list[str]) -> int:
    """0, or 2 with a sentence that names the line that is wrong; the list that was there before stays then."""
    options = _parser().parse_args(argv)
    try:
        count = write_list(_entries(options.export, options.at_least), options.out)
    except (OSError, BreachedListBroken) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{count}\n")
    return 0


def _entries(export: Path, at_least: int) -> Iterator[bytes]:
    with export.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if (found := _LINE.fullmatch(line)) is None:
                raise BreachedListBroken(f"{export}, line {number}: not a SHA-1 with an optional count")
            if int(found[2] or at_least) >= at_least:
                yield bytes.fromhex(found[1].decode())[:ENTRY]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build-breached-list", description="泄露密码清单 / list of leaked passwords")
    parser.add_argument("export", type=Path, help="按哈希升序的导出文件 / export, ascending by hash")
    parser.add_argument("--out", type=Path, required=True, help="清单文件 / the list to write")
    parser.add_argument("--at-least", type=int, default=1, help="最少出现次数 / leave out what was seen less often")
    return parser
