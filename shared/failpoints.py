"""Named failpoints at every step of the saga. FAILPOINT=relay.after_publish:kill[:n][,...] acts on the n-th passage
(first by default). Actions: kill (SIGKILL to oneself), raise (an error), hang (blocks the process), exit."""

import os
import signal
import time
from dataclasses import dataclass


class FailpointReached(RuntimeError):
    """What the action `raise` raises."""


@dataclass(slots=True)
class _Armed:
    action: str
    remaining: int


def _parse(text: str) -> dict[str, _Armed]:
    armed = {}
    for part in filter(None, text.split(",")):
        name, action, *count = part.split(":")
        armed[name.strip()] = _Armed(action, int(count[0]) if count else 1)
    return armed


_armed = _parse(os.environ.get("FAILPOINT", ""))


def failpoint(name: str) -> None:
    """Do nothing, unless the environment armed this name."""
    if not _armed or (point := _armed.get(name)) is None:
        return
    point.remaining -= 1
    if point.remaining != 0:
        return
    if point.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif point.action == "exit":
        os._exit(70)
    elif point.action == "hang":
        time.sleep(3600)
    elif point.action == "raise":
        raise FailpointReached(name)
    else:
        raise ValueError(f"unknown failpoint action {point.action!r}")
