"""The audit of the locks against a service that speaks the real protocol, run as the gate runs it (V78)."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from deploy.dependencies.lock_file import EVERYTHING, read_lock
from deploy.local.home import PROJECT
from tests.support.fake_advisories import FakeAdvisories, fake_advisories

AIOHTTP = next(one.purl for one in read_lock(EVERYTHING) if one.name == "aiohttp")


@pytest_asyncio.fixture(loop_scope="session")
async def service() -> AsyncIterator[FakeAdvisories]:
    """The service, knowing nothing."""
    async with fake_advisories() as made:
        yield made


async def run(url: str, accepted: Path | None = None) -> tuple[int, str]:
    """(exit status, everything said)."""
    argv = [sys.executable, "-m", "deploy.dependencies.audit", "--service", url]
    argv += ["--accepted", str(accepted)] if accepted else []
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


@pytest.mark.requirement("V78")
async def test_every_locked_package_is_asked_about(service: FakeAdvisories) -> None:
    """Nothing known: the gate is open, and all names and versions of the lock were looked up."""
    status, said = await run(service.url)
    assert (status, sorted(service.asked)) == (0, sorted(one.purl for one in read_lock(EVERYTHING)))
    assert f"audited {len(service.asked)} packages: 0 advisories" in said


@pytest.mark.requirement("V78")
async def test_a_known_advisory_closes_the_gate(service: FakeAdvisories) -> None:
    """The package, the advisory with its other names, and the version that mends it are named, on all pages."""
    service.known[AIOHTTP] = ["GHSA-one", "GHSA-two"]
    status, said = await run(service.url)
    assert status == 1
    for name in ("GHSA-one", "GHSA-two"):
        assert f"{name} = CVE-{name}: Reads too far (fixed in 9.9.9)" in said


@pytest.mark.requirement("V78")
async def test_an_accepted_advisory_passes_until_its_day(service: FakeAdvisories, tmp_path: Path) -> None:
    """By any of its names, with a reason, for a time. Control: after its last day it closes the gate again."""
    service.known[AIOHTTP] = ["GHSA-one"]
    file = tmp_path / "accepted.toml"
    entry = '[[accepted]]\nid = "CVE-GHSA-one"\nreason = "never called"\nuntil = {}\n'
    file.write_text(entry.format("2999-01-01"), encoding="utf-8")
    status, said = await run(service.url, file)
    assert (status, "0 advisories, 1 accepted" in said) == (0, True)
    file.write_text(entry.format("2020-01-01"), encoding="utf-8")
    assert (await run(service.url, file))[0] == 1


@pytest.mark.requirement("V78")
@pytest.mark.parametrize(
    "broken",
    [
        web.Response(status=503),
        web.Response(text="<html>"),
        web.Response(text="{}"),
        web.Response(text='{"results":[]}'),
    ],
    ids=["unavailable", "html", "empty", "too few answers"],
)
async def test_an_audit_that_was_not_made_says_so(service: FakeAdvisories, broken: web.Response) -> None:
    """A service that fails or talks nonsense is no clean bill: another status, and a sentence that cannot be missed."""
    service.broken = broken
    status, said = await run(service.url)
    assert status == os.EX_TEMPFAIL
    assert "AUDIT NOT DONE" in said


@pytest.mark.requirement("V78")
async def test_a_service_out_of_reach_says_so() -> None:
    """The same where nobody listens."""
    status, said = await run("http://127.0.0.1:9")
    assert (status, "AUDIT NOT DONE" in said) == (os.EX_TEMPFAIL, True)
