"""What the processes of a running stack show of their secrets to others on the machine (V53)."""

import json
from pathlib import Path

import pytest

from deploy.local.home import SERVICES
from deploy.local.processes import Launch
from deploy.local.state import MARK_VARIABLE
from tests.e2e.conftest import Road


@pytest.mark.requirement("V53")
async def test_no_process_shows_a_secret_in_its_environment_or_command_line(road: Road) -> None:
    """Every process of every role and engine, their children included: no password, key or token of the stack in
    /proc/<pid>/environ or cmdline. Control: a process that is given one is found."""
    secrets = _secrets(road.stack.home.secrets)
    shown = _shown(road)
    assert len(shown) >= len(road.stack.processes.names())
    assert {pid: _told(text, secrets) for pid, text in shown.items() if _told(text, secrets)} == {}

    async def careless() -> Launch:
        secret = road.stack.around.credentials.of("broker.identity")
        return Launch(["sleep", "60"], {"BROKER__URL": f"amqp://identity:{secret}@mq/tiro"}, ready=_at_once)

    await road.stack.start_part("careless", careless)
    try:
        assert _told(_shown(road)[road.stack.pid("careless")], secrets) == ["broker.identity"]
    finally:
        await road.stack.stop("careless")


@pytest.mark.requirement("V53")
async def test_secret_files_are_for_their_owner_only(road: Road) -> None:
    """Nobody else can read the folder, nor a file in it."""
    folder = road.stack.home.secrets
    assert folder.stat().st_mode & 0o777 == 0o700
    files = [file for file in folder.iterdir() if file.is_file()]
    assert len(files) > 4 * len(SERVICES)
    assert {file.name for file in files if file.stat().st_mode & 0o777 != 0o600} == set()


async def _at_once() -> bool:
    return True


def _secrets(folder: Path) -> dict[str, str]:
    """Every secret of the stack by its name: credentials, and the keys of the key rings."""
    found: dict[str, str] = json.loads((folder / "credentials.json").read_text(encoding="utf-8"))
    for file in folder.glob("keyring-*.json"):
        for data_class, ring in json.loads(file.read_text(encoding="utf-8")).items():
            for key, entry in ring["keys"].items():
                found[f"{data_class}.{key}"] = entry["secret"]
    assert len(found) > 20
    return found


def _shown(road: Road) -> dict[int, str]:
    """Process id -> environment and command line, of the stack's parts and of all that carry its mark: nginx writes its
    title over its environment."""
    shown = {}
    parts = set(map(road.stack.pid, road.stack.processes.names()))
    mark = f"{MARK_VARIABLE}={road.stack.home.mark}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment, line = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(entry.name) in parts or mark in environment:
                shown[int(entry.name)] = (environment + line).decode("utf-8", "replace")
    return shown


def _told(text: str, secrets: dict[str, str]) -> list[str]:
    return [name for name, value in secrets.items() if value in text]
