"""python -m deploy.containers prepare | bootstrap | objectstore | mailbox | <service> <role>

`prepare` writes each container's secrets into that container's own volume; the others read /run/tiro and become their
program.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from deploy.containers.prepare import MAIL_PORT, PLACE, prepare
from deploy.local.bootstrap_database import RolePasswords, bootstrap_database, bootstrap_subject_keys
from deploy.local.engines.objectstore import rclone
from deploy.local.engines.postgres import DATABASE, KEY_DATABASE

ACCOUNTS = Path(__file__).resolve().parents[1] / "local" / "engines" / "s3_accounts.py"


def main(arguments: list[str]) -> None:
    """Does the one-shot work, or replaces this process by the program."""
    match arguments:
        case ["prepare"]:
            prepare(Path("/prepared"))
        case ["bootstrap"]:
            asyncio.run(_bootstrap())
        case ["objectstore"]:
            helper = f"{sys.executable} -I -S {ACCOUNTS} {PLACE}/accounts.json"
            _become(str(rclone()), "serve", "s3", "--addr", ":9000", "--auth-proxy", helper, "--config", "")
        case ["mailbox"]:
            secrets = str(PLACE / "mailbox.json")
            where = ("--host", "0.0.0.0", "--port", "8080", "--mail-port", MAIL_PORT)
            _become(sys.executable, "-m", "deploy.local.mailbox", *where, "--secrets", secrets)
        case [service, role]:
            os.environ.update(json.loads((PLACE / "environment.json").read_text(encoding="utf-8")))
            _become(sys.executable, "-m", f"services.{service}", role)
        case _:
            sys.exit(__doc__)


async def _bootstrap() -> None:
    plan = json.loads((PLACE / "roles.json").read_text(encoding="utf-8"))
    passwords = {name: RolePasswords(**pair) for name, pair in plan["services"].items()}
    await bootstrap_database(plan["admin_dsn"], DATABASE, passwords)
    await bootstrap_subject_keys(plan["admin_dsn"], KEY_DATABASE)


def _become(*command: str) -> None:
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
