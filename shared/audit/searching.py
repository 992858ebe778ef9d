"""Searching the audit trail of a service by subject, actor, action and time, newest first, in the jurisdiction of an
exam body; each search is an entry itself (V64). Ids and codes only: nobody is searched by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from shared import audit
from shared.actor import Actor
from shared.audit.anchor_store import chain_id
from shared.clock import SHANGHAI
from shared.postgres.transaction import Reader, Row, Transaction

EXAMINED: Final = 5_000
"""Entries that one page looks at; where a jurisdiction has few among them, the page is short and the next goes on."""

_AT: Final = "((e.entry::jsonb ->> 'at') COLLATE \"C\")"
_ACTOR: Final = "(e.entry::jsonb ->> 'actor_id')"
_EXAMINE: Final = f"""
examined AS MATERIALIZED (
    SELECT e.lane, e.sequence, e.subject_id, {_ACTOR} AS actor_id, e.action, e.entry, e.digest, {_AT} AS at
    FROM audit_entry e WHERE"""
# Quals stay outside of the sorted part (OFFSET 0), so that no more entries are judged than the page needs.
_SHOW: Final = f"""
        AND {_AT} >= $5::text AND ({_AT}, e.lane, e.sequence) < ($6::text, $7::smallint, $8::bigint)
    ORDER BY {_AT} DESC, e.lane DESC, e.sequence DESC LIMIT $9
), shown AS (
    SELECT x.lane, x.sequence, x.entry, x.digest, x.at
    FROM (SELECT * FROM examined ORDER BY at DESC, lane DESC, sequence DESC OFFSET 0) x
    WHERE ($2::uuid IS NULL OR x.subject_id = $2) AND ($3::text IS NULL OR x.actor_id = $3)
        AND ($4::text IS NULL OR x.action = $4) AND audit_lies_within(x.subject_id, x.actor_id::uuid, $1::uuid)
    LIMIT $10
)
SELECT s.*, o.at AS last_at, o.lane AS last_lane, o.sequence AS last_sequence, c.count
FROM (SELECT at, lane, sequence FROM examined ORDER BY at, lane, sequence LIMIT 1) o
CROSS JOIN (SELECT count(*) FROM examined) c LEFT JOIN shown s ON true
ORDER BY s.at DESC, s.lane DESC, s.sequence DESC"""
_SEARCHES: Final = {
    "subject": f"WITH {_EXAMINE} e.subject_id = $2::uuid{_SHOW}",
    "actor": f"WITH {_EXAMINE} {_ACTOR} = $3::text{_SHOW}",
    "action": f"WITH {_EXAMINE} e.action = $4::text{_SHOW}",
    "time": f"WITH {_EXAMINE} true{_SHOW}",
}
"""By what an index knows first; the rest is looked at entry by entry."""

_LATEST: Final = "9999"

Place = tuple[str, int, int]
"""Time as it is written, lane, sequence: the order of the trail."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; None takes all. `since` is included, `until` is not."""

    subject_id: UUID | None = None
    actor_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrowest(self) -> str:
        """What is looked up first."""
        asked = {"subject": self.subject_id, "actor": self.actor_id, "action": self.action}
        return next((name for name, value in asked.items() if value is not None), "time")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry at its place in the chain, as it was hashed."""

    lane: int
    sequence: int
    said: dict[str, Any]
    digest: bytes


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Entries, newest first, and where the next page begins; None where nothing is left."""

    entries: list[Found]
    following: Place | None


async def search_trail(
    tx: Transaction, service: str, search: Search, after: Place | None, limit: int, *, actor: Actor, now: datetime
) -> FoundPage:
    """A page in the jurisdiction of `actor`, and an entry that says who looked for what (V64)."""
    page = await _select_page(tx, actor.scope_id, search, after, limit)
    audit.record(
        tx,
        "audit.search",
        actor=actor,
        subject_kind="audit_chain",
        subject_id=chain_id(service),
        at=now,
        **_criteria(search),
        shown=len(page.entries),
        continued=after is not None,
    )
    return page


async def _select_page(
    reader: Reader, scope_id: UUID | None, search: Search, after: Place | None, limit: int
) -> FoundPage:
    before = (_written(search.until) if search.until else _LATEST, -1, -1)
    rows = await reader.fetch(
        _SEARCHES[search.narrowest],
        scope_id,
        search.subject_id,
        search.actor_id and str(search.actor_id),
        search.action,
        _written(search.since) if search.since else "",
        *min(before, after or before),
        EXAMINED,
        limit + 1,
    )
    shown = [row for row in rows if row["entry"] is not None]
    if len(shown) > limit:
        return FoundPage([_found(row) for row in shown[:limit]], _place(shown[limit - 1]))
    goes_on = bool(rows) and rows[0]["count"] == EXAMINED
    return FoundPage([_found(row) for row in shown], _place(rows[0], "last_") if goes_on else None)


def _written(at: datetime) -> str:
    # As entries write it; a time without an offset is Shanghai's.
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI).isoformat()


def _place(row: Row, prefix: str = "") -> Place:
    return row[f"{prefix}at"], row[f"{prefix}lane"], row[f"{prefix}sequence"]


def _found(row: Row) -> Found:
    return Found(row["lane"], row["sequence"], orjson.loads(row["entry"]), row["digest"])


def _criteria(search: Search) -> dict[str, str | None]:
    return {
        "of_subject": str(search.subject_id) if search.subject_id else None,
        "of_actor": str(search.actor_id) if search.actor_id else None,
        "of_action": search.action,
        "since": _written(search.since) if search.since else None,
        "until": _written(search.until) if search.until else None,
    }
