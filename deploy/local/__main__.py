"""python -m deploy.local up | down | status | logs | rotate-gateway-keys: this machine's shared stack, in var/stack."""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

from deploy.local import daemon, status
from deploy.local.engines.postgres import erase_data
from deploy.local.faults import StackError
from deploy.local.gateway_keys import rotate_on
from deploy.local.home import DEFAULT_HOME, Home
from deploy.local.logs import print_logs
from deploy.local.progress import say_on_terminal as say
from deploy.local.state import Record


def main() -> int:
    """0 = done, 1 = a part failed (the reason is printed), 3 = nothing runs."""
    arguments = _parser().parse_args()
    home = Home.at(arguments.home)
    try:
        match arguments.command:
            case "up":
                return _up(home, engines_only=arguments.engines_only)
            case "down":
                return _down(home, erase=arguments.erase)
            case "status":
                return asyncio.run(status.print_status(home, say))
            case "rotate-gateway-keys":
                return asyncio.run(rotate_on(home, say))
            case "logs":
                return print_logs(home, arguments.part, follow=arguments.follow, say=say)
            case _:
                return asyncio.run(daemon.supervise(home, engines_only=arguments.engines_only))
    except StackError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, explanation in (
        ("up", "start engines, services, mailbox and gateway, and keep them running"),
        ("down", "stop exactly what `up` started; data stays"),
        ("status", "what runs, where, since when"),
        ("rotate-gateway-keys", "new keys between gateway and services, without a refused request"),
        ("logs", "the logs of all or some parts"),
        ("supervise", "what `up` runs in the background"),
    ):
        command = commands.add_parser(name, help=explanation)
        command.add_argument("--home", type=Path, default=DEFAULT_HOME, help="folder of the stack")
        if name in ("up", "supervise"):
            command.add_argument("--engines-only", action="store_true", help="without services, mailbox and gateway")
        if name == "down":
            command.add_argument("--erase", action="store_true", help="also delete the data")
        if name == "logs":
            command.add_argument("part", nargs="*", help="for example declaration.worker; all when none is named")
            command.add_argument("--follow", action="store_true", help="keep printing new lines")
    return parser


def _up(home: Home, *, engines_only: bool) -> int:
    if daemon.NAME in Record(home).alive():
        say("the stack is up already")
        return asyncio.run(status.print_status(home, say))
    say(f"starting the stack in {home.root}")
    process = daemon.launch(home, engines_only=engines_only)
    try:
        ready = daemon.follow(home, process, say)
    except KeyboardInterrupt:
        say("stopping again")
        daemon.stop(home, say)
        raise
    if not ready:
        return 1
    status.print_addresses(home, say)
    return 0


def _down(home: Home, *, erase: bool) -> int:
    say("stopping" if daemon.stop(home, say) else "nothing was running")
    if erase:
        erase_data(home)
        shutil.rmtree(home.root)
        say(f"erased {home.root}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
