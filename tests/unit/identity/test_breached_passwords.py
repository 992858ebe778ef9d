"""The list of leaked passwords: made from an export, searched on disk, exchanged while it is in use (V13)."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from services.identity.commands.build_breached_list import build_breached_list
from services.identity.credentials.breached_passwords import BreachedListBroken, BreachedPasswords, write_list

LEAKED = ("Lantern-over-river-42", "Sommer2026!!", "葡萄美酒-夜光杯7A")


def sha1(password: str) -> str:
    """As an export has it."""
    return hashlib.sha1(password.encode()).hexdigest().upper()


def export(folder: Path, passwords: tuple[str, ...], count: int = 7) -> Path:
    """A line per password, ascending."""
    file = folder / "export.txt"
    file.write_text("".join(f"{one}:{count}\r\n" for one in sorted(map(sha1, passwords))))
    return file


def built(folder: Path, passwords: tuple[str, ...], name: str = "breached.bin") -> Path:
    """The list an operator makes of it."""
    out = folder / name
    assert build_breached_list([str(export(folder, passwords)), "--out", str(out)]) == 0
    return out


@pytest.mark.requirement("V13")
async def test_leaked_passwords_are_known_and_others_are_not(tmp_path: Path) -> None:
    """Also one typed with full-width characters; without a list nothing is known."""
    breached = BreachedPasswords(built(tmp_path, LEAKED))
    assert [await breached.has(one) for one in (*LEAKED, "Ｓommer2026!!")] == [True] * 4
    assert [await breached.has(one) for one in ("Lantern-over-river-43", "", "x" * 300)] == [False] * 3
    assert not await BreachedPasswords(None).has(LEAKED[0])


@pytest.mark.requirement("V13")
async def test_a_new_list_is_taken_up_and_a_broken_one_is_not(tmp_path: Path) -> None:
    """Renamed into place it counts at the next look; cut off or gone, the one before stays in use, loudly."""
    file = built(tmp_path, LEAKED[:1])
    breached = BreachedPasswords(file)
    assert [await breached.has(one) for one in LEAKED[:2]] == [True, False]
    built(tmp_path, LEAKED[1:])
    assert [await breached.has(one) for one in LEAKED] == [False, True, True]
    cut = tmp_path / "cut.bin"
    cut.write_bytes(file.read_bytes()[:-3])
    os.replace(cut, file)
    with capture_logs() as logs:
        assert [await breached.has(one) for one in LEAKED] == [False, True, True]
        file.unlink()
        assert await breached.has(LEAKED[1])
    assert [entry["event"] for entry in logs] == ["breached_list_unreadable"] * 4


@pytest.mark.requirement("V13")
def test_a_list_that_was_set_must_be_there(tmp_path: Path) -> None:
    """A process does not start with a list it can not read."""
    with pytest.raises(FileNotFoundError):
        BreachedPasswords(tmp_path / "nowhere.bin")
    (tmp_path / "foreign.bin").write_bytes(b"something else entirely")
    with pytest.raises(BreachedListBroken):
        BreachedPasswords(tmp_path / "foreign.bin")


@pytest.mark.requirement("V13")
def test_a_wrong_export_names_its_line_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unsorted or foreign lines are refused, what was seen too seldom is left out, and the old list stays."""
    out = built(tmp_path, LEAKED)
    before = out.read_bytes()
    wrong = tmp_path / "wrong.txt"
    for text, said in ((f"{'F' * 40}:3\n{'0' * 40}:3\n", "sort the export"), ("password\n", "line 1")):
        wrong.write_text(text)
        assert build_breached_list([str(wrong), "--out", str(out)]) == 2
        assert said in capsys.readouterr().err
    assert build_breached_list([str(tmp_path / "nowhere"), "--out", str(out)]) == 2
    assert out.read_bytes() == before
    rare = str(export(tmp_path, LEAKED, count=2))
    assert build_breached_list([rare, "--out", str(out), "--at-least", "3"]) == 0
    assert out.stat().st_size == 16


@pytest.mark.requirement("V13")
@given(st.sets(st.integers(0, 2**64 - 1), max_size=60), st.integers(0, 2**64 - 1))
def test_search_is_exact(tmp_path_factory: pytest.TempPathFactory, kept: set[int], other: int) -> None:
    """In lists of any length, also empty ones and at both ends."""
    file = tmp_path_factory.mktemp("lists") / "list.bin"
    entries = [number.to_bytes(8, "big") for number in sorted(kept)]
    assert write_list(entries, file) == len(kept)
    opened = BreachedPasswords(file)._opened
    assert opened is not None
    assert all(opened.has(entry) for entry in entries)
    assert opened.has(other.to_bytes(8, "big")) == (other in kept)
