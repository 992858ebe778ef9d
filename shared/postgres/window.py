"""Commands on the hottest path, written a window at a time: what waits together is read by one statement and written by
one statement that commits by itself. The statement checks that nothing the decisions relied on has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from shared.errors import Conflict
from shared.postgres.transaction import Connection, Reader, Transaction, Work, flush_statement

_OVERTAKEN = "TI001"
"""The SQLSTATE that refuse_overtaken() raises."""


class Overtaken(Conflict):
    """Somebody changed what the decision was made on; the edge decides anew."""

    code = "overtaken"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command of a window came from: its request id and its span."""

    correlation_id: str
    trace_parent: str | None


class Command(Transaction):
    """One command of a window: collects its events, audit entries and answer. Its state is written by the window."""

    async def execute(self, query: str, *args: object) -> int:
        """Not here: what is executed now would commit now."""
        raise RuntimeError("a command of a window writes through the window")


class Window(Reader):
    """Commands that commit together or not at all. Reads commit nothing; `write` is called once and sent by `flush`."""

    def __init__(self, connection: Connection, origins: Sequence[Origin]) -> None:
        super().__init__(connection)
        self.commands = [Command(connection, origin.correlation_id, origin.trace_parent) for origin in origins]
        self._written: tuple[str, str, tuple[object, ...]] | None = None

    def write(self, parts: str, guard: str, *arguments: object) -> None:
        """Write `parts` (data-modifying parts of a WITH clause, parameters from $1) if `guard` holds on them."""
        if self._written is not None:
            raise RuntimeError("a window is written once")
        self._written = (parts, guard, arguments)

    async def flush(self) -> None:
        """Send the one statement; nothing when no command writes. Raises Overtaken when the guard did not hold:
        nothing was written then, by no command of the window."""
        work = Work.together([command.work for command in self.commands])
        if self._written is None:
            if work:
                raise RuntimeError("events, entries or answers of a window that writes no state")
            return
        parts, guard, arguments = self._written
        statement = flush_statement(len(arguments) + 1, with_answers=bool(work.answers), before=parts, guard=guard)
        try:
            await self._connection.fetchval(statement, *arguments, *work.arguments())
        except asyncpg.PostgresError as error:
            if error.sqlstate == _OVERTAKEN:
                raise Overtaken from None
            raise
