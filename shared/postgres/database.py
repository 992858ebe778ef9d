"""The pools, and the ways to use them: `read`, `transaction`, `window`. Errors of the driver become Unavailable or,
when the outcome of a COMMIT is not known, CommitUnknown (M8)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import structlog
from asyncpg.connect_utils import SessionAttribute

from shared.errors import Unavailable
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.postgres.connecting import connect_with
from shared.postgres.transaction import Reader, Transaction
from shared.postgres.window import Origin, Window
from shared.settings import ConnectionSettings
from shared.telemetry.tracing import current_trace_parent

log = structlog.get_logger()

# A window's few statements look rows up by key, however many these are: planned anew each time, planning took six times
# as long as reading. Planned once, while a table is still small, none may settle on reading it whole.
_PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
_WINDOW_CONNECTIONS = 6
"""At most, opened when windows come: two under way for each of a service's gathered routes."""

# What a lost, refused or overloaded server looks like through asyncpg 0.32.
CONNECTION_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    asyncpg.exceptions.TargetServerAttributeNotMatched,
    ConnectionError,
    OSError,
    TimeoutError,
)
# The transaction was rolled back by the server for reasons that a second try may not meet.
TRANSIENT_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)


class DatabaseUnavailable(Unavailable):
    """The database can not be reached or is overloaded; nothing was stored."""

    code = "database_unavailable"


class CommitUnknown(Unavailable):
    """The answer to COMMIT was lost: stored or not, only a re-read can tell (M8)."""

    code = "commit_unknown"
    message_zh = "结果尚未确认，请用同一请求重试，不会重复办理。"
    message_en = "The result is not confirmed yet; repeat the same request, nothing will be done twice."


OUTAGE_ERRORS: tuple[type[Exception], ...] = (
    DatabaseUnavailable,
    CommitUnknown,
    *CONNECTION_ERRORS,
    *TRANSIENT_ERRORS,
)
"""What work outside a request meets while the database is away or overloaded; it looks again after a pause."""


class Database:
    """A pool of one service's own role."""

    def __init__(self, pool: Any, windows: Any, settings: ConnectionSettings) -> None:
        self._pool = pool
        self._windows = windows
        self._settings = settings
        self._on_commit: list[Callable[[], None]] = []

    @classmethod
    async def connect(cls, settings: ConnectionSettings, application: str, *, at_once: bool = True) -> "Database":
        """Open the pool; raises one of CONNECTION_ERRORS while the server does not answer, unless it is opened with the
        first borrower only (not `at_once`)."""
        pool = await asyncpg.create_pool(
            min_size=1 if at_once else 0, max_size=settings.pool_size, **_session(settings, application)
        )
        windows = await asyncpg.create_pool(
            min_size=0, max_size=_WINDOW_CONNECTIONS, **_session(settings, application, **_PLANNED_ONCE)
        )
        return cls(pool, windows, settings)

    def on_commit_with_events(self, callback: Callable[[], None]) -> None:
        """Call back after each commit that wrote outbox rows (wakes the relay)."""
        self._on_commit.append(callback)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """A connection for single-statement reads on the primary (M9)."""
        async with self._acquire(self._pool) as connection:
            try:
                yield Reader(connection)
            except CONNECTION_ERRORS as error:
                raise DatabaseUnavailable(retry_after=2) from error

    @asynccontextmanager
    async def transaction(self, correlation_id: str | None = None) -> AsyncIterator[Transaction]:
        """A transaction that commits on success with its events and audit entries, and rolls back on any error."""
        async with self._acquire(self._pool) as connection:
            tx = Transaction(connection, correlation_id or str(new_id()), current_trace_parent())
            try:
                await connection.execute("BEGIN")
                yield tx
                has_events = bool(tx.work.events)
                await tx.flush()
                failpoint("command.before_commit")
            except BaseException as error:
                await _roll_back(connection)
                if isinstance(error, CONNECTION_ERRORS):
                    raise DatabaseUnavailable(retry_after=2) from error
                raise
            await _commit(connection)
            failpoint("command.after_commit")
        if has_events:
            for callback in self._on_commit:
                callback()

    @asynccontextmanager
    async def window(self, origins: Sequence[Origin]) -> AsyncIterator[Window]:
        """Commands that are written together by one statement, which commits by itself; see Window."""
        async with self._acquire(self._windows) as connection:
            window = Window(connection, origins)
            try:
                yield window
                failpoint("command.before_commit")
            except CONNECTION_ERRORS as error:
                raise DatabaseUnavailable(retry_after=2) from error
            try:
                await window.flush()
            except CONNECTION_ERRORS as error:
                _terminate(connection)
                log.warning("commit_outcome_unknown", error=type(error).__name__)
                raise CommitUnknown(retry_after=2) from error
            failpoint("command.after_commit")
        for callback in self._on_commit:
            callback()

    @staticmethod
    @asynccontextmanager
    async def _acquire(pool: Any) -> AsyncIterator[Any]:
        try:
            connection = await pool.acquire(timeout=5)
        except CONNECTION_ERRORS as error:
            raise DatabaseUnavailable(retry_after=2) from error
        try:
            yield connection
        finally:
            await pool.release(connection)

    async def dedicated(self) -> Any:
        """A connection of its own, outside the pool, for LISTEN or session locks; the caller closes it."""
        return await connect_with(self._settings, command_timeout=10, target_session_attrs=SessionAttribute.read_write)

    async def close(self) -> None:
        """Wait for borrowed connections, then close; after 10 s cut them."""
        try:
            async with asyncio.timeout(10):
                await asyncio.gather(self._pool.close(), self._windows.close())
        except TimeoutError:
            self._pool.terminate()
            self._windows.terminate()


def _session(settings: ConnectionSettings, application: str, **own: str) -> dict[str, Any]:
    return {
        "connect": partial(connect_with, settings),
        "command_timeout": settings.command_timeout,
        "reset": _no_reset,
        "max_inactive_connection_lifetime": 300,
        # M9: a standby or a server set read-only is no place to decide; the next address of the list is tried.
        "target_session_attrs": SessionAttribute.read_write,
        "server_settings": {
            "application_name": application,
            "statement_timeout": str(int(settings.command_timeout * 1000)),
            "lock_timeout": "5000",
            "idle_in_transaction_session_timeout": "30000",
            "timezone": "Asia/Shanghai",
            "jit": "off",
            **own,
        },
    }


async def _no_reset(_connection: object) -> None:
    """Connections carry no session state between borrowers, so the pool's reset round trip is saved."""


async def _roll_back(connection: Any) -> None:
    try:
        await connection.execute("ROLLBACK")
    except CONNECTION_ERRORS:
        _terminate(connection)


def _terminate(connection: Any) -> None:
    # The pool may have taken it back by itself when the socket broke.
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _commit(connection: Any) -> None:
    try:
        await connection.execute("COMMIT")
    except CONNECTION_ERRORS as error:
        _terminate(connection)
        log.warning("commit_outcome_unknown", error=type(error).__name__)
        raise CommitUnknown(retry_after=2) from error
    except asyncio.CancelledError:
        _terminate(connection)
        raise
