"""The keys by which the gateway proves itself to each service (V27), and their rotation without a refused request.

python -m deploy.local rotate-gateway-keys does it on the running local stack."""

import asyncio
import os
import secrets
import signal
from collections.abc import Callable
from pathlib import Path

from deploy.gateway.render_keys import render_keys
from deploy.local.credentials import write_private
from deploy.local.home import SERVICES, Home
from deploy.local.progress import Say
from deploy.local.state import Record
from shared.security.gateway_keys import HEADER, READ_SECONDS

SETTLING_SECONDS = 2 * READ_SECONDS


def keys_file(home: Home, service: str) -> Path:
    """One key a line: the first is what the gateway sends, all are accepted."""
    return home.secrets / f"gateway-keys-{service}"


def write_gateway_keys(home: Home) -> None:
    """Gives every service a key of its own, unless it has one."""
    for service in SERVICES:
        if not (file := keys_file(home, service)).exists():
            _write(file, [secrets.token_hex(32)])


def gateway_header(home: Home, service: str) -> dict[str, str]:
    """What the gateway adds to a request to this service; for benchmarks and tests that go past the gateway."""
    return {HEADER: _read(keys_file(home, service))[0]}


def keys_map(home: Home) -> str:
    """The file that nginx includes."""
    return render_keys({service: _read(keys_file(home, service))[0] for service in SERVICES})


async def rotate_gateway_keys(home: Home, configure: Callable[[], None], say: Say) -> None:
    """The new keys are accepted, then sent, then the old ones are refused. `configure` makes the gateway take its keys
    from the files again."""
    say("new keys: accepted beside the old ones")
    _rewrite(home, lambda keys: [keys[0], secrets.token_hex(32)])
    await asyncio.sleep(SETTLING_SECONDS)
    say("new keys: sent by the gateway")
    _rewrite(home, lambda keys: [keys[1], keys[0]])
    configure()
    await asyncio.sleep(SETTLING_SECONDS)
    say("old keys: refused")
    _rewrite(home, lambda keys: keys[:1])


async def rotate_on(home: Home, say: Say) -> int:
    """Rotates on the stack of a home, whichever process runs it. 3 when no gateway runs there."""
    if (gateway := Record(home).alive().get("gateway")) is None:
        say("no gateway runs here")
        return 3

    def configure() -> None:
        write_keys_map(home)
        os.kill(gateway.pid, signal.SIGHUP)

    await rotate_gateway_keys(home, configure, say)
    return 0


def keys_map_file(home: Home) -> Path:
    """Where the local nginx finds its keys."""
    return home.secrets / "gateway-keys.conf"


def write_keys_map(home: Home) -> Path:
    """Writes what nginx reads at its start and on SIGHUP; the file."""
    write_private(keys_map_file(home), keys_map(home))
    return keys_map_file(home)


def _rewrite(home: Home, change: Callable[[list[str]], list[str]]) -> None:
    for service in SERVICES:
        _write(file := keys_file(home, service), change(_read(file)))


def _read(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()


def _write(file: Path, keys: list[str]) -> None:
    write_private(file, "".join(f"{key}\n" for key in keys))
