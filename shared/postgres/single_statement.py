"""A command on the hottest path: it decides on what it read without a lock, and all it writes is one statement that
commits by itself, two round trips instead of five. The statement checks that nothing it relied on has changed."""

import asyncpg

from shared.errors import Conflict
from shared.postgres.transaction import Transaction, Work, flush_statement

_OVERTAKEN = "TI001"
"""The SQLSTATE that refuse_overtaken() raises."""


class Overtaken(Conflict):
    """Somebody changed what the decision was made on; the edge decides anew."""

    code = "overtaken"


class SingleStatement(Transaction):
    """Reads commit nothing; `write` is called once and sent with events, audit entries and answer by `flush`."""

    _written: tuple[str, str, tuple[object, ...]] | None = None

    def write(self, parts: str, guard: str, *arguments: object) -> None:
        """Write `parts` (data-modifying parts of a WITH clause, parameters from $1) if `guard` holds on them."""
        if self._written is not None:
            raise RuntimeError("a single statement is written once")
        self._written = (parts, guard, arguments)

    async def execute(self, query: str, *args: object) -> int:
        """Not here: what is executed now would commit now."""
        raise RuntimeError("a single-statement command writes through `write`")

    async def flush(self) -> None:
        """Send the one statement. Raises Overtaken when its guard did not hold: nothing was written then."""
        work, self.work = self.work, Work()
        if self._written is None:
            raise RuntimeError("nothing was written")
        parts, guard, arguments = self._written
        statement = flush_statement(len(arguments) + 1, with_answer=work.answer is not None, before=parts, guard=guard)
        try:
            await self._connection.fetchval(statement, *arguments, *self.flush_arguments(work))
        except asyncpg.PostgresError as error:
            if error.sqlstate == _OVERTAKEN:
                raise Overtaken from None
            raise
