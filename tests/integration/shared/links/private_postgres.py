"""A PostgreSQL that speaks TLS. The bundled server is built without it, so the distribution's is started where there is
one; else a front in the bundled one's place answers the request for TLS as the protocol says."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from deploy.local.account import Account, AccountArguments, unprivileged
from deploy.local.processes import Launch
from tests.support.engines import Engines
from tests.support.throwaway_authority import Pair
from tests.support.tls_front import TlsFront, serving
from tests.support.waiting import wait_until

PART = "tls-postgres"
_OLD = "ssl_min_protocol_version = 'TLSv1'\nssl_max_protocol_version = 'TLSv1.1'\nssl_ciphers = 'ALL:@SECLEVEL=0'\n"


@dataclass
class PrivatePostgres:
    """One server; `native` when it speaks TLS itself."""

    dsn: str
    folder: Path | None = None
    pid: int = 0
    account: Account | None = None
    front: TlsFront | None = None

    @property
    def native(self) -> bool:
        """Whether the server itself speaks TLS."""
        return self.front is None

    async def show(self, pair: Pair | None, *, old: bool) -> None:
        """Offer `pair`, or no TLS, from the next connection on."""
        if self.front is not None:
            self.front.context = serving(str(pair.certificate), str(pair.key), old=old) if pair else None
            return
        assert self.folder is not None
        lines = f"ssl = {'on' if pair else 'off'}\n" + (_OLD if old else "")
        if pair:
            for source, name in ((pair.certificate, "server.crt"), (pair.key, "server.key")):
                self._write(self.folder / name, source.read_bytes())
        self._write(self.folder / "tls.conf", lines.encode())
        before = await self._loaded_at()
        os.kill(self.pid, signal.SIGHUP)

        async def loaded() -> bool:
            return bool(await self._loaded_at() > before)

        await wait_until(loaded, what="the configuration read again")

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        path.chmod(0o600)
        if self.account is not None:
            self.account.own(path)

    async def _loaded_at(self) -> Any:
        connection = await asyncpg.connect(self.dsn, ssl=False)
        try:
            return await connection.fetchval("SELECT pg_conf_load_time()")
        finally:
            await connection.close()


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda one: int(one.parts[-3]))
    return found[-1].parent if found else None


@asynccontextmanager
async def private_postgres(engines: Engines, port: int) -> AsyncIterator[PrivatePostgres]:
    """The server, ready, without TLS at first."""
    programs = _programs()
    if programs is None:
        parts = urlsplit(engines.stack.admin_dsn)
        async with TlsFront(parts.port or 0, None, postgres=True) as front:
            there = f"{parts.username}:{parts.password}@127.0.0.1:{front.listen_port}"
            yield PrivatePostgres(f"postgresql://{there}/postgres", front=front)
        return
    account = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="tiro-test-tls-", dir="/var/tmp"))
    if account is not None:
        account.own(folder)
    data = folder / "data"
    as_account = AccountArguments() if account is None else account.popen_arguments()
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "tiro", "--auth=trust", "--no-sync", "--locale=C"]
    await asyncio.to_thread(lambda: subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **as_account))
    server = PrivatePostgres(f"postgresql://tiro@127.0.0.1:{port}/postgres", data, account=account)
    server._write(data / "tls.conf", b"ssl = off\n")
    own = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\ninclude = 'tls.conf'\n"
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"{own}port = {port}\n")

    async def launch() -> Launch:
        argv = [str(programs / "postgres"), "-D", str(data)]
        return Launch(argv, ready=lambda: _answers(server), folder=folder, account=account, stop_signal=signal.SIGINT)

    try:
        # As a part of the stack it ends with it, even when the tests are killed.
        await engines.stack.start_part(PART, launch)
        server.pid = engines.stack.pid(PART)
        yield server
    finally:
        await engines.stack.stop(PART)
        shutil.rmtree(folder, ignore_errors=True)


async def _answers(server: PrivatePostgres) -> bool:
    try:
        await server._loaded_at()
    except (OSError, asyncpg.PostgresError):
        return False
    return True
