"""A throw-away process: appends a line to a file when it starts, and lives until it is told to end."""

import signal
import sys
import threading
from pathlib import Path

ended = threading.Event()


def main() -> None:
    """With a second argument `crash`, it exits with code 7 from its second start on."""
    again = Path(sys.argv[1]).exists()
    with Path(sys.argv[1]).open("a", encoding="ascii") as file:
        file.write("started\n")
    if again and sys.argv[2:] == ["crash"]:
        sys.exit(7)
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()


main()
