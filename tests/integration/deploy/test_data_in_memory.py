"""Where the database of a test run lies: in memory while there is room, because copies of it are many small files."""

from pathlib import Path

import pytest

from deploy.local.engines import postgres
from deploy.local.home import Home
from deploy.local.stack import Stack


@pytest.mark.parametrize(
    ("durable", "erase", "room", "in_memory"),
    [(False, True, 0, True), (False, False, 0, False), (True, True, 0, False), (False, True, 1 << 60, False)],
    ids=["may be lost", "is kept", "durable", "no room"],
)
async def test_only_what_may_be_lost_lies_in_memory_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool, erase: bool, room: int, in_memory: bool
) -> None:
    """What is durable or kept never does, nor anything on a crowded machine; a stack that is erased leaves nothing."""
    monkeypatch.setattr(postgres, "_ROOM", room)
    if in_memory and not postgres.MEMORY.is_mount():
        pytest.skip(f"{postgres.MEMORY} is no file system of its own here")
    async with Stack(tmp_path / "stack", durable=durable, erase=erase) as stack:
        await stack.start_part(stack.postgres.name, stack.postgres.launch)
        place = stack.home.database
        assert (place / "data" / "PG_VERSION").exists()
        assert place.is_relative_to(postgres.MEMORY) == in_memory
    assert place.exists() != erase


@pytest.mark.parametrize("written", ["", ".", "tmp/x"])
def test_half_a_location_names_nothing_to_delete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """A file that a full disk or a kill left empty does not mean the folder that the command was given in."""
    here = tmp_path / "here"
    (here / "tmp" / "x").mkdir(parents=True)
    (here / "precious").touch()
    monkeypatch.chdir(here)
    home = Home.at(tmp_path / "home")
    home.location.write_text(written)
    postgres.erase_data(home)
    assert (here / "precious").exists()
    assert (here / "tmp" / "x").exists()
    assert home.database == home.data / "postgres"
