"""What runs, on which port, since when, how much memory it holds, and the addresses a person opens."""

import json
import time
from pathlib import Path

from deploy.local.daemon import NAME
from deploy.local.home import Home
from deploy.local.parts import is_service_role, operations
from deploy.local.probes import http_status
from deploy.local.progress import Say
from deploy.local.state import Record, Started


async def print_status(home: Home, say: Say) -> int:
    """0 when everything that was started runs and is ready, 1 when a part is not, 3 when nothing was started."""
    record = Record(home)
    recorded, alive = record.read(), record.alive()
    if not recorded:
        say("nothing runs (make up starts the stack)")
        return 3
    ports = _ports(home)
    say(f"  {'part':<22} {'state':<10} {'pid':>8} {'port':>6} {'up for':>9} {'memory':>9}")
    healthy = NAME in alive
    for name, part in recorded.items():
        state = "gone" if name not in alive else await _state(name, ports)
        healthy = healthy and state in ("running", "ready")
        say(f"  {name:<22} {state:<10} {part.pid:>8} {part.port or '':>6} {_age(part):>9} {_memory(part.pid):>9}")
    print_addresses(home, say)
    return 0 if healthy else 1


def print_addresses(home: Home, say: Say) -> None:
    """The gateway and the mailbox."""
    ports = _ports(home)
    if "gateway" in ports:
        say(f"platform  http://127.0.0.1:{ports['gateway']}/")
        say(f"mailbox   http://127.0.0.1:{ports['gateway']}/mailbox/   (every message that would have been sent)")
    say("make logs follows all logs, make status shows the parts, make down stops them")


async def _state(name: str, ports: dict[str, int]) -> str:
    probe = ports.get(operations(name))
    if not is_service_role(name) or probe is None:
        return "running"
    return "ready" if await http_status(probe, "/readyz") == 200 else "not ready"


def _ports(home: Home) -> dict[str, int]:
    file = home.root / "ports.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _age(part: Started) -> str:
    seconds = int(time.time() - part.since)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _memory(pid: int) -> str:
    """Resident memory of the part's own process in MB."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return ""
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return f"{int(line.split()[1]) // 1024} MB"
    return ""
