"""The child's side: takes its limits, then answers one job after another until its input ends.

A child module ends with `serve(load)`: `load(config)` imports what the jobs need, raising CannotStart if that fails,
and returns the function that does one job.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from shared.uploads.frames import PREFIX, decode_header, encode_header, pack_prefix

Job = Callable[[dict[str, object], bytes], tuple[dict[str, object], bytes]]


class CannotStart(Exception):
    """The child lacks something that no job can do without; the argument is told to the parent."""


def serve(load: Callable[[dict[str, object]], Job]) -> None:
    """Runs the loop. Frames use a private copy of the standard output, which itself is led to standard error,
    so that a library that prints can not break a frame."""
    config: dict[str, object] = json.loads(sys.argv[1])
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _forbid_side_effects()
    try:
        job = load(config)
    except CannotStart as reason:
        _send(replies, {"cannot_start": str(reason)}, b"")
        return
    _cap_memory(int(str(config["memory_bytes"])), int(str(config["address_slack"])))
    _send(replies, {"ready": True}, b"")
    while (message := _take(sys.stdin.buffer)) is not None:
        _cap_processor(int(str(config["cpu_seconds"])))
        try:
            header, body = job(*message)
        except MemoryError:
            header, body = {"out_of_memory": True}, b""
        header["peak_bytes"] = _peak_bytes()
        _send(replies, header, body)


def _forbid_side_effects() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def _cap_memory(memory_bytes: int, slack: int) -> None:
    """Caps what may still be mapped, counted from what is resident now: growth of the address space bounds growth of
    the resident set, so the process can not pass `memory_bytes` (+ `slack` for memory mapped and never touched)."""
    page = resource.getpagesize()
    with open("/proc/self/statm", encoding="ascii") as statm:
        mapped, resident = (int(field) * page for field in statm.read().split()[:2])
    allowed = mapped + max(memory_bytes - resident, 0) + slack
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def _peak_bytes() -> int:
    """The largest resident set since the program began. The kernel's usage record would not do: across fork and exec it
    keeps the peak of the service that started this child."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def _cap_processor(seconds: int) -> None:
    """`seconds` more of processor time from now on; beyond that the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _take(source: BinaryIO) -> tuple[dict[str, object], bytes] | None:
    prefix = source.read(PREFIX.size)
    if len(prefix) < PREFIX.size:
        return None
    header_size, body_size = PREFIX.unpack(prefix)
    header = decode_header(source.read(header_size))
    return header, source.read(body_size)


def _send(target: BinaryIO, header: dict[str, object], body: bytes) -> None:
    raw = encode_header(header)
    target.write(pack_prefix(raw, body))
    target.write(raw)
    target.write(body)
    target.flush()
