"""bootstrap: create the zone once, with its divisions, and have its administrator invited."""

import argparse
import re
import sys

from services.institution.commands.load_divisions import shipped_files
from services.institution.dependencies import Dependencies
from services.institution.domain.exam_body import ExamBody, ExamBodyTaken
from services.institution.storage import divisions, exam_bodies
from services.institution.use_cases.exam_bodies.bootstrap_zone import ProvinceUnknown, bootstrap_zone
from services.institution.use_cases.load_divisions import load_divisions

_PHONE = re.compile(r"^1[3-9]\d{9}$")


async def bootstrap_command(deps: Dependencies, argv: list[str]) -> int:
    """0 when the zone exists afterwards, made now or before; 2 when its province has no divisions."""
    options = _parser().parse_args(argv)
    async with deps.database.read() as reader:
        existing = await exam_bodies.select_by_code(reader, options.zone_code)
    if existing is not None:
        return _say_existing(existing)
    try:
        async with deps.database.transaction() as tx:
            if not await divisions.select_children(tx, None):
                for file in shipped_files():
                    await load_divisions(tx, file.read_text(encoding="utf-8").splitlines())
            zone = await bootstrap_zone(
                tx,
                deps.keyring,
                code=options.zone_code,
                name=options.zone_name,
                admin_name=options.admin_name,
                admin_phone=options.admin_phone,
                now=deps.clock.now(),
            )
    except ExamBodyTaken:
        sys.stdout.write("考区已由另一进程创建 / another process has just created the zone\n")
        return 0
    except ProvinceUnknown as error:
        sys.stderr.write(f"{error.sentence('zh')} / {error.sentence('en')}\n")
        return 2
    sys.stdout.write(f"已创建考区 {zone.name}（{zone.code}），已发出管理员邀请 / zone created, invitation requested\n")
    return 0


def _say_existing(zone: ExamBody) -> int:
    sys.stdout.write(f"考区 {zone.name}（{zone.code}）已存在，未做更改 / the zone exists, nothing was changed\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.institution bootstrap", description=__doc__)
    parser.add_argument("--zone-code", required=True, type=_zone_code, help="first two digits of the province, e.g. 42")
    parser.add_argument("--zone-name", required=True, help="e.g. 湖北考区")
    parser.add_argument("--admin-name", required=True, help="name of the first zone administrator")
    parser.add_argument("--admin-phone", required=True, type=_phone, help="mobile number that gets the invitation")
    return parser


def _zone_code(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d", text):
        raise argparse.ArgumentTypeError("two digits, such as 42")
    return text


def _phone(text: str) -> str:
    if not _PHONE.match(text):
        raise argparse.ArgumentTypeError("11 digits of a mobile number")
    return text
