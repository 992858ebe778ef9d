"""What must hold when everything is quiet again, as plain SQL and queue counts."""

import hashlib
from typing import Any
from uuid import UUID

import asyncpg

from services.declaration.domain.status import value_of
from tests.chaos.saga import History, Saga
from tests.support.waiting import wait_until

_FELL = ("evaluated_unqualified", "lapsed")
"""A provisional filing whose full year was not passed."""
SCHEMAS = ("declaration", "notification")

_UNSENT = "SELECT count(*) FROM declaration.outbox WHERE sent_at IS NULL"
# Every committed transition that somebody must hear of, against the events written, and against the rows told.
_EVENTS_PER_TRANSITION = """
SELECT e.declaration_id, e.version FROM declaration.declaration_event e
LEFT JOIN declaration.outbox o ON o.aggregate_id = e.declaration_id AND o.aggregate_version = e.version
    AND o.only_for IS NULL
WHERE e.action IN ('submit', 'approve')
GROUP BY e.declaration_id, e.version HAVING count(o.event_id) <> 1
"""
_NOT_TOLD_ONCE = """
SELECT o.event_id, count(m.id) AS told FROM declaration.outbox o
LEFT JOIN notification.message m ON m.event_id = o.event_id
WHERE o.type = 'declaration.submitted.v1' AND o.only_for IS NULL GROUP BY o.event_id HAVING count(m.id) <> 1
"""
# Lists, questions, anchors and digests leave by jobs at any moment, so some may be on their way:
# their own tests see to them.
_NOT_CONSUMED_ONCE = """
SELECT o.event_id, o.type, count(i.message_id) AS consumed FROM declaration.outbox o
LEFT JOIN notification.inbox i ON i.message_id = o.event_id
WHERE o.only_for IS NULL
  AND o.type !~ '[.](sets_listed|set_differs|audit_anchored|evaluations_waiting|reviews_waiting)[.]'
GROUP BY o.event_id, o.type HAVING count(i.message_id) <> 1
"""
_TOLD_WITHOUT_EVENT = """
SELECT m.event_id FROM notification.message m
WHERE NOT EXISTS (SELECT FROM declaration.outbox o WHERE o.event_id = m.event_id)
"""
_GAPS = """
SELECT declaration_id FROM declaration.declaration_event
GROUP BY declaration_id HAVING max(version) - min(version) + 1 <> count(*)
"""
_STATE_BEHIND_TIMELINE = """
SELECT d.id FROM declaration.declaration d JOIN LATERAL (
    SELECT to_state, version FROM declaration.declaration_event e WHERE e.declaration_id = d.id
    ORDER BY version DESC LIMIT 1) last ON true
WHERE (last.to_state, last.version) <> (d.state, d.version)
"""
_AUDITED_ONCE = """
SELECT e.declaration_id FROM declaration.declaration_event e
WHERE e.action IN ('submit', 'approve') AND (
    SELECT count(*) FROM declaration.audit_entry a
    WHERE a.subject_id = e.declaration_id AND a.action = 'declaration.' || e.action) <> 1
"""
# Conservation of 4.7: approved and qualified people = lines over all accepted lists = answers "filed".
_ACCEPTED_LINE = """
SELECT n.list_id FROM declaration.list_line n JOIN declaration.qualified_list l ON l.id = n.list_id
WHERE n.declaration_id = d.id AND n.submission = d.submission AND n.live AND l.state = 'accepted'
"""
# allow built-sql: a constant of this module
_FILED_WITHOUT_LINE = f"""
SELECT d.id FROM declaration.declaration d
WHERE d.state = 'filed' AND (SELECT count(*) FROM ({_ACCEPTED_LINE}) AS a) <> 1
"""
# Whoever is reopened or revoked leaves the list with that (Q10): a line that stands, of whatever submission, is one of
# a filed person, or of one whose provisional filing lapsed.
_LINE_NOT_FILED = """
SELECT n.declaration_id FROM declaration.list_line n
JOIN declaration.qualified_list l ON l.id = n.list_id AND l.state = 'accepted'
JOIN declaration.declaration d ON d.id = n.declaration_id
WHERE n.live AND (d.state NOT IN ('filed', 'lapsed') OR l.kind = 'cancellation')
"""
_FILED_NOT_QUALIFIED = """
SELECT d.id FROM declaration.declaration d
WHERE d.state = 'filed' AND NOT EXISTS (
    SELECT FROM declaration.evaluation e WHERE e.declaration_id = d.id AND e.submission = d.submission
    AND e.state IN ('evaluated_qualified', 'certified', 'completed', 'provisional_certified'))
AND NOT EXISTS (SELECT FROM declaration.list_line n WHERE n.declaration_id = d.id AND n.live AND n.provisional)
"""
_QUALIFIED_LEFT_OUT = """
SELECT d.id FROM declaration.declaration d
JOIN declaration.evaluation e ON e.declaration_id = d.id AND e.submission = d.submission
    AND e.state IN ('evaluated_qualified', 'certified', 'completed', 'provisional_certified')
JOIN declaration.qualified_list l ON l.institution_id = d.institution_id AND l.cycle_id = d.cycle_id
    AND l.kind <> 'cancellation' AND l.state = 'accepted' AND l.generated_at > greatest(e.decided_at, d.decided_at)
WHERE d.state = 'approved'
  AND NOT EXISTS (SELECT FROM declaration.list_line n WHERE n.declaration_id = d.id AND (n.live OR n.cancelling))
"""
_ON_TWO_LISTS = """
SELECT n.person_id FROM declaration.list_line n JOIN declaration.qualified_list l ON l.id = n.list_id
WHERE n.live GROUP BY n.person_id, l.exam_year HAVING count(*) > 1
"""
_COUNT_OF_LINES = """
SELECT l.id FROM declaration.qualified_list l LEFT JOIN declaration.list_line n ON n.list_id = l.id
WHERE l.state NOT IN ('draft', 'void') GROUP BY l.id HAVING count(n.line) <> l.line_count
"""
CONSERVATION = {
    "a filed person without exactly one accepted line": _FILED_WITHOUT_LINE,
    "an accepted line of somebody who is not filed": _LINE_NOT_FILED,
    "a filed person who is not qualified": _FILED_NOT_QUALIFIED,
    "an approved and qualified person whom an accepted list left out": _QUALIFIED_LEFT_OUT,
    "a person on two lists": _ON_TWO_LISTS,
    "a list with another number of lines than it says": _COUNT_OF_LINES,
}
ANSWERS_AND_LINES = "answers say filed"
"""How the sentence on answers that do not agree with lines is told from the others."""
# What the national network is told, by the same rule that answers it (4.10).
_ANSWERS = """
SELECT d.state, e.state AS evaluation, (SELECT count(*) FROM declaration.list_line n
    JOIN declaration.qualified_list l ON l.id = n.list_id AND l.state = 'accepted'
    WHERE n.declaration_id = d.id AND n.live) AS lines
FROM declaration.declaration d
LEFT JOIN declaration.evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state <> 'voided'
"""
_MUST_BE_EMPTY = {
    "a transition without exactly one event": _EVENTS_PER_TRANSITION,
    "an event not told exactly once": _NOT_TOLD_ONCE,
    "an event not consumed exactly once": _NOT_CONSUMED_ONCE,
    "a message without an event": _TOLD_WITHOUT_EVENT,
    "a gap in a timeline": _GAPS,
    "a state that its timeline does not end in": _STATE_BEHIND_TIMELINE,
    "a transition not audited exactly once": _AUDITED_ONCE,
}


async def unbalanced(connection: Any) -> list[str]:
    """Sentences on where lists, declarations and answers do not agree (B13)."""
    faults = [
        f"{len(rows)} x {name}" for name, query in CONSERVATION.items() if (rows := await connection.fetch(query))
    ]
    rows = await connection.fetch(_ANSWERS)
    answered = sum(value_of(row["state"], row["evaluation"]) in ("filed", "filed_provisional") for row in rows)
    lines = sum(row["lines"] for row in rows if row["state"] == "filed" and row["evaluation"] not in _FELL)
    if answered != lines:
        faults.append(f"{answered} {ANSWERS_AND_LINES}, {lines} lines stand on accepted lists")
    return faults


async def settled(saga: Saga, seconds: float = 60) -> None:
    """Wait until nothing is under way: outbox empty, every event told."""
    connection = await asyncpg.connect(saga.admin_dsn)
    try:

        async def quiet() -> bool:
            unsent = await connection.fetchval(_UNSENT)
            return unsent == 0 and not await connection.fetch(_NOT_CONSUMED_ONCE)

        await wait_until(quiet, seconds=seconds, what="the outbox drained and every event consumed")
    except AssertionError as error:
        if ended := [part for part in saga.stack.processes.names() if saga.is_dead(part)]:
            raise AssertionError(f"{error}: ended were {', '.join(ended)}") from error
        raise
    finally:
        await connection.close()


async def check(saga: Saga, history: History, verb: str, *, parked: int = 0) -> None:
    """All invariants, and every acknowledged intent among the effects (lost = 0, doubled = 0, invented = 0)."""
    faults = await broken(saga, history, verb)
    # An effect is committed before its message is acknowledged, and a killed consumer's messages go round once more.
    counts: dict[str, int] = {}

    async def drained() -> bool:
        counts.update(await queue_depths(saga))
        return not any(n for name, n in counts.items() if not name.endswith(".parked"))

    await wait_until(drained, seconds=30, what="every queue empty")
    if (found := sum(n for name, n in counts.items() if name.endswith(".parked"))) != parked:
        faults.append(f"parked messages: {found}, expected {parked}")
    assert not faults, "\n".join(faults)


async def broken(saga: Saga, history: History, verb: str) -> list[str]:
    """Sentences on what does not hold in the databases."""
    connection = await asyncpg.connect(saga.admin_dsn)
    try:
        faults = [
            f"{len(rows)} x {name}{_types(rows)}"
            for name, query in _MUST_BE_EMPTY.items()
            if (rows := await connection.fetch(query))
        ]
        faults += await unbalanced(connection)
        action = {"submission": "submit", "approval": "approve"}[verb]
        done = await _effects(connection, action, history.attempted)
        if lost := history.acknowledged - done.keys():
            faults.append(f"lost: {len(lost)} acknowledged {verb}s have no effect")
        if doubled := [i for i, n in done.items() if n > 1]:
            faults.append(f"doubled: {len(doubled)}")
        for schema in SCHEMAS:
            if wrong := await _broken_links(connection, schema):
                faults.append(f"audit chain of {schema}: {wrong} broken links")
        if history.refused:
            faults.append(f"refused: {history.refused[:3]}")
        return faults
    finally:
        await connection.close()


def _types(rows: list[Any]) -> str:
    """Which events, where the rows say it."""
    found = sorted({row["type"] for row in rows if "type" in row})
    return f" ({', '.join(found)})" if found else ""


async def queue_depths(saga: Saga) -> dict[str, int]:
    """Messages per queue, delivered but unacknowledged ones included; a second of processor time for each question."""
    output = await saga.stack.rabbitmqctl("list_queues", "-p", "tiro", "-q", "--no-table-headers", "name", "messages")
    return {name: int(n) for name, n in (line.split("\t") for line in output.splitlines() if "\t" in line)}


async def _effects(connection: Any, action: str, among: set[UUID]) -> dict[UUID, int]:
    rows = await connection.fetch(
        "SELECT declaration_id, count(*) AS n FROM declaration.declaration_event "
        "WHERE action = $1 AND declaration_id = ANY($2) GROUP BY declaration_id",
        action,
        list(among),
    )
    return {row["declaration_id"]: row["n"] for row in rows}


async def _broken_links(connection: Any, schema: str) -> int:
    # allow built-sql: the names of our own schemas
    rows = await connection.fetch(f"SELECT lane, sequence, entry, digest FROM {schema}.audit_entry ORDER BY 1, 2")
    last: dict[int, tuple[int, bytes]] = {}
    wrong = 0
    for row in rows:
        lane = row["lane"]
        number, digest = last.get(lane, (0, hashlib.sha256(f"tiro audit lane {lane}".encode()).digest()))
        expected = hashlib.sha256(digest + (number + 1).to_bytes(8, "big") + row["entry"].encode()).digest()
        wrong += (row["sequence"], row["digest"]) != (number + 1, expected)
        last[lane] = (row["sequence"], row["digest"])
    return wrong
