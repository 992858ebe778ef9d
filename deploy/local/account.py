"""The unprivileged account that engines run under when the stack is started by root (PostgreSQL refuses root)."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class AccountArguments(TypedDict, total=False):
    """Arguments of subprocess.Popen that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user and group id that owns nothing but what this stack gives it."""

    uid: int
    gid: int

    def popen_arguments(self) -> AccountArguments:
        """What to pass to subprocess so that the program runs as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str) -> bool:
        """Whether a command succeeds under this account; False also when it may not even be reached."""
        try:
            done = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, **self.popen_arguments()
            )
        except OSError:
            return False
        return done.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can reach a folder (every folder above it must let it through)."""
        return self.can("test", "-x", str(folder))

    def own(self, path: Path) -> None:
        """Hands a file or folder to the account."""
        os.chown(path, self.uid, self.gid)


def unprivileged() -> Account | None:
    """`nobody` when this process is root, else None: then everything simply runs as the present user."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)
