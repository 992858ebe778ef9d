"""The log files of the parts, merged with the part's name in front of each line."""

import time
from collections.abc import Sequence

from deploy.local.faults import last_lines
from deploy.local.home import Home
from deploy.local.progress import Say

RECENT = 20


def print_logs(home: Home, parts: Sequence[str], *, follow: bool, say: Say) -> int:
    """Prints the last lines of every named part (all when none is named), then new lines until interrupted."""
    places: dict[str, int] = {}
    while True:
        for file in sorted(home.logs.glob("*.log")):
            name = file.stem
            if parts and name not in parts:
                continue
            size = file.stat().st_size
            if name not in places:
                lines = last_lines(file, RECENT)
            elif size > places[name]:
                with file.open("rb") as opened:
                    opened.seek(places[name])
                    lines = opened.read(size - places[name]).decode("utf-8", "replace").splitlines()
            else:
                lines = []  # nothing new, or a fresh file after a rotation
            places[name] = size
            for line in lines:
                say(f"{name:<22} | {line}")
        if not follow:
            return 0
        time.sleep(0.3)
