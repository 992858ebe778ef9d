"""`python -m services.identity recognise`: reads card photos from files and prints what they say.

    recognise FRONT [--back BACK] [--today DATE] [--json]
    recognise --batch LIST.jsonl     {"front": path, "back": path} a line, one result a line, models stay loaded

Exit codes: 0 read (whatever the verdict), 2 wrong arguments, 3 a file cannot be opened or a model is missing.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.identity.recognition.engines import ModelMissing
from services.identity.recognition.recogniser import Recogniser

_NAMES = {"front": "人像面 front", "back": "国徽面 back"}


def main(argv: Sequence[str]) -> int:
    """Runs the command with the arguments after `recognise`."""
    options = _parser().parse_args(argv)
    if not (options.front or options.back or options.batch):
        sys.stderr.write("给出照片或 --batch 列表 / give a photo or --batch LIST.jsonl\n")
        return 2
    today = options.today or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        recogniser = Recogniser()
        if options.batch:
            return _batch(recogniser, options.batch, today)
        result = recogniser.read(_bytes(options.front), _bytes(options.back), today).as_dict()
    except (ModelMissing, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.write((json.dumps(result, ensure_ascii=False) if options.json else _table(result)) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="recognise", description="识别居民身份证照片 / reads resident ID card photos")
    parser.add_argument("front", nargs="?", type=Path, help="人像面照片 / photo of the portrait side")
    parser.add_argument("--back", type=Path, help="国徽面照片 / photo of the emblem side")
    parser.add_argument("--batch", type=Path, help='每行 {"front":…, "back":…} / JSON lines with paths')
    parser.add_argument("--today", type=date.fromisoformat, help="按此日期判断有效期 / judge validity on this date")
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    return parser


def _batch(recogniser: Recogniser, listing: Path, today: date) -> int:
    failed = False
    with listing.open(encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            try:
                wanted = json.loads(line)
                paths = {side: Path(wanted[side]) if wanted.get(side) else None for side in ("front", "back")}
                result = recogniser.read(_bytes(paths["front"]), _bytes(paths["back"]), today).as_dict()
            except (OSError, ValueError, TypeError, AttributeError) as error:
                failed, result = True, {"error": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 3 if failed else 0


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def _table(result: dict[str, Any]) -> str:
    rows = [f"{result['verdict']} ({result['reason']})  {result['message']['zh']}  {result['message']['en']}"]
    for side, title in _NAMES.items():
        if result[side]:
            rows.append(title)
            rows += [f"  {name:12} {value or '-'}" for name, value in result[side].items()]
    return "\n".join([*rows, f"{result['seconds']} s"])
