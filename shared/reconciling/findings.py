"""What reconcilers found: a row that says since when, a gauge by kind, one log line, no personal data (M11)."""

from typing import Final, Literal

import structlog

from shared.postgres.database import Database
from shared.postgres.transaction import Reader, Transaction
from shared.telemetry.metrics import FINDINGS

log = structlog.get_logger()

Kind = Literal[
    "stuck_outbox",
    "unroutable_event",
    "lost_event",
    "missing_projection",
    "unknown_to_producer",
    "orphan_object",
    "missing_object",
    "unknown_send",
    "filing_difference",
    "unbound_declaration",
    "lost_subject_key",
]
KINDS: Final[tuple[Kind, ...]] = Kind.__args__  # type: ignore[attr-defined]

_UPSERT: Final = """
INSERT INTO finding AS f (kind, subject, count) VALUES ($1, $2, $3)
ON CONFLICT (kind, subject) DO UPDATE SET count = excluded.count, seen_at = clock_timestamp(),
    first_seen_at = CASE WHEN f.count > 0 THEN f.first_seen_at ELSE clock_timestamp() END
"""
_CLEAR: Final = (
    "UPDATE finding SET count = 0, seen_at = clock_timestamp() WHERE kind = $1 AND subject = $2 AND count > 0"
)
_SUM: Final = "SELECT kind, sum(count)::bigint AS count FROM finding GROUP BY kind"


async def note(tx: Transaction, kind: Kind, subject: str, count: int) -> None:
    """Keep how much of `kind` there is at `subject`, a name of a queue, table or set; zero ends an earlier finding."""
    if count == 0:
        await tx.execute(_CLEAR, kind, subject)
        return
    await tx.execute(_UPSERT, kind, subject, count)
    log.error("reconciler_found", kind=kind, subject=subject, count=count)


async def select_counts(reader: Reader) -> dict[str, int]:
    """How much of each kind there is now."""
    return {row["kind"]: row["count"] for row in await reader.fetch(_SUM)}


async def expose(database: Database) -> None:
    """Set the gauges of this process."""
    async with database.read() as reader:
        counts = await select_counts(reader)
    for kind in KINDS:
        FINDINGS.labels(kind).set(counts.get(kind, 0))
