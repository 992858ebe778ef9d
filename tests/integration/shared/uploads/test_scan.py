"""The scanner's verdict has three values, and no failure of the daemon ever reads as clean."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.uploads.scan import ClamdScanner, ScannerOff, ScanResult, ScanVerdict, scanner_at
from tests.integration.shared.uploads.fake_clamd import EICAR, fake_clamd
from tests.integration.shared.uploads.real_clamd import INSTALLED, real_clamd


@pytest.fixture(params=["fake", "real"])
async def port(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[int]:
    """One suite against the fake and, where it is installed, against the real daemon."""
    if request.param == "fake":
        async with fake_clamd() as daemon:
            yield daemon.port
    elif INSTALLED:
        async with real_clamd(tmp_path) as real_port:
            yield real_port
    else:
        pytest.skip("clamd is not installed here")


@pytest.mark.requirement("V41")
async def test_clean_and_infected_are_told_apart(port: int) -> None:
    """Harmless bytes are clean and the test pattern is found by name, also in the middle of a longer file."""
    scanner = ClamdScanner("127.0.0.1", port)
    assert await scanner.scan(b"harmless words " * 20_000) == ScanResult(ScanVerdict.CLEAN)
    for infected in (EICAR, bytes(70_000) + EICAR + bytes(70_000)):
        result = await scanner.scan(infected)
        assert result.verdict is ScanVerdict.INFECTED
        assert result.detail.startswith("Eicar-Test-Signature")


@pytest.mark.requirement("V41")
@pytest.mark.parametrize("mood", ["silent", "hangs up", "nonsense"])
async def test_a_daemon_in_trouble_is_unavailable(mood: str) -> None:
    """Silence, a closed connection and nonsense leave the file pending; the same daemon in good health decides."""
    async with fake_clamd() as daemon:
        daemon.mood = mood
        scanner = ClamdScanner("127.0.0.1", daemon.port, seconds=0.5)
        assert (await scanner.scan(EICAR)).verdict is ScanVerdict.UNAVAILABLE
        daemon.mood = "well"
        assert (await scanner.scan(EICAR)).verdict is ScanVerdict.INFECTED


@pytest.mark.requirement("V41")
async def test_a_daemon_that_is_down_is_unavailable() -> None:
    """A refused connection is no verdict."""
    async with fake_clamd() as daemon:
        port = daemon.port
    result = await ClamdScanner("127.0.0.1", port, seconds=2).scan(b"x")
    assert result.verdict is ScanVerdict.UNAVAILABLE


@pytest.mark.requirement("V41")
async def test_a_file_beyond_the_daemons_limit_is_not_clean(port: int) -> None:
    """What the daemon refuses to read to its end stays pending, even when it closes in the middle."""
    result = await ClamdScanner("127.0.0.1", port).scan(bytes(8 * 1024 * 1024))
    assert result.verdict is ScanVerdict.UNAVAILABLE


async def test_scans_run_side_by_side(port: int) -> None:
    """Twenty scans at once each get their own answer."""
    scanner = ClamdScanner("127.0.0.1", port)
    results = await asyncio.gather(*(scanner.scan(EICAR if n % 2 else b"x") for n in range(20)))
    assert [r.verdict is ScanVerdict.INFECTED for r in results] == [bool(n % 2) for n in range(20)]


async def test_the_setting_chooses_the_scanner() -> None:
    """No address switches scanning off and says so; a malformed one stops the service at its start."""
    off = scanner_at(None)
    assert isinstance(off, ScannerOff)
    assert await off.scan(EICAR) == ScanResult(ScanVerdict.CLEAN, "off")
    assert isinstance(scanner_at("clamd.internal:3310"), ClamdScanner)
    with pytest.raises(ValueError, match="host:port"):
        scanner_at("clamd.internal")
