"""The guard around unit tests."""

import socket

import pytest


def test_unit_tests_can_not_reach_the_network() -> None:
    """A connection, even to this machine, is refused before it is tried."""
    with socket.socket(socket.AF_INET) as one, pytest.raises(PermissionError, match="tests/integration"):
        one.connect(("127.0.0.1", 9))


def test_local_sockets_still_work() -> None:
    """What event loops and child processes talk through is left alone."""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        assert right.recv(1) == b"x"
