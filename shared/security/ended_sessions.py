"""The sessions that ended lately, as identity told: their access tokens are refused although they have not expired
(V17). Read into memory every few seconds, so that checking a token costs one look into a set and no round trip."""

import asyncio
import time
from uuid import UUID

from shared.contracts.identity import SessionEnded
from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.postgres.transaction import Transaction
from shared.security.tokens import TokenVerifier

READ_SECONDS = 3.0
_WHOLE_AFTER_SECONDS = 60.0
"""After a gap this long the whole table is read; otherwise what came in the last two minutes, late commits included."""

# A token issued before its session ended is dead by itself after ten minutes and the leeway.
_SELECT_ALL = "SELECT session_id FROM ended_session WHERE heard_at > now() - interval '11 minutes'"
_SELECT_LATE = "SELECT session_id FROM ended_session WHERE heard_at > now() - interval '2 minutes'"
_INSERT = "INSERT INTO ended_session (session_id) VALUES ($1) ON CONFLICT (session_id) DO NOTHING"
_KEEP_SECONDS = 720.0


class EndedSessions:
    """Keeps a TokenVerifier in step with the table."""

    def __init__(self, database: Database, verifier: TokenVerifier) -> None:
        self._database = database
        self._verifier = verifier
        self._read_at = float("-inf")
        self._known: dict[UUID, float] = {}

    async def refresh(self) -> None:
        """Read what ended lately; while the database is away what is known stays."""
        now = time.monotonic()
        query = _SELECT_LATE if now - self._read_at < _WHOLE_AFTER_SECONDS else _SELECT_ALL
        try:
            async with self._database.read() as reader:
                rows = await reader.fetch(query)
        except OUTAGE_ERRORS:
            return
        self._read_at = now
        for row in rows:
            self._known.setdefault(row["session_id"], now)
        self._known = {session: since for session, since in self._known.items() if now - since < _KEEP_SECONDS}
        self._verifier.replace_ended(self._known.keys())

    async def keep(self) -> None:
        """Refresh for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(READ_SECONDS)


async def on_session_ended(tx: Transaction, event: SessionEnded, _deps: object) -> None:
    """Remember a session that ended (V17)."""
    await tx.execute(_INSERT, event.session_id)
