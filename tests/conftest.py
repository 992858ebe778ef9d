"""Plugins of every suite: the record of proven requirements, and pytest's own harness for testing plugins.
Unit tests run without the network."""

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
