"""Plugins of every suite: the record of proven requirements, and pytest's own harness for testing plugins.
Unit tests run without the network; what shares engines stays on one worker."""

import socket
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = [
    "tests.support.requirements_plugin",
    "tests.support.engines",
    "tests.support.service_under_test",
    "pytester",
]

UNIT = Path(__file__).parent / "unit"
WHOLE_STACKS = frozenset({"e2e", "chaos"})


class ByEngines(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out what shares engines to one worker: a file, or all that shares a whole stack."""

    def _split_scope(self, nodeid: str) -> str:
        place = PurePosixPath(nodeid.split("::", 1)[0])
        return str(place.parent if not WHOLE_STACKS.isdisjoint(place.parts) else place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByEngines:
    """`make test` runs on several workers."""
    return ByEngines(config, log)


@pytest.fixture(autouse=True)
def _unit_tests_stay_offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a network connection fails; local pairs of sockets, as event loops use, are no network."""
    if not request.path.is_relative_to(UNIT):
        return

    def refuse(opened: socket.socket, address: Any) -> None:
        if opened.family != socket.AF_UNIX:
            raise PermissionError(f"a unit test may not connect to {address}: it belongs to tests/integration")
        return super(socket.socket, opened).connect(address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
