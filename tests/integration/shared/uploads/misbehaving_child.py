"""A child that does on demand what a decoder could be made to do by a hostile file."""

import os
import threading
import time

from shared.uploads.child_loop import CannotStart, Job, serve


def misbehave(header: dict[str, object], body: bytes) -> tuple[dict[str, object], bytes]:
    """`header["do"]` says what."""
    match header["do"]:
        case "echo":
            return {"pid": os.getpid()}, body
        case "sleep":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "crash":
            os.abort()
        case "allocate":
            return {"held": len(bytearray(int(str(header["bytes"]))))}, b""
        case "print":
            os.write(1, b"noise on standard output\n")
            print("more noise", flush=True)
        case "write a file":
            with open(f"/tmp/tiro-child-{os.getpid()}", "wb") as target:
                target.write(b"x")
        case "flood":
            return {}, bytes(3 * 1024 * 1024)
        case "babble":
            threading.Timer(0.1, _babble).start()
        case "environment":
            return {
                "environment": sorted(os.environ),
                "cwd": os.getcwd(),
                "open": len(os.listdir("/proc/self/fd")),
            }, b""
    return {"done": True}, b""


def _babble() -> None:
    """Megabytes that nobody asked for, on the descriptor of the replies."""
    os.write(3, bytes(3 * 1024 * 1024))


def load(config: dict[str, object]) -> Job:
    """Refuses to start when the test asks for it."""
    if config.get("refuse"):
        raise CannotStart("nothing to work with")
    return misbehave


if __name__ == "__main__":
    serve(load)
