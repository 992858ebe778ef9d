"""Plugins of every suite: the record of proven requirements, and pytest's own harness for testing plugins.
Unit tests run without the network; what shares engines stays on one worker."""

import socket
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = [
    "tests.support.requirements_plugin",
    "tests.support.engines",
    "tests.support.service_under_test",
    "pytester",
]

UNIT = Path(__file__).parent / "unit"
WHOLE_STACKS = ("e2e", "chaos")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one worker runs by itself: a file with its engines, or all that shares a whole stack."""
    for item in items:
        place = item.path.relative_to(UNIT.parent)
        group = str(place.parent if place.parts[0] in WHOLE_STACKS else place)
        item.add_marker(pytest.mark.xdist_group(group))


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
