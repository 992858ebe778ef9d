"""What must hold between the two services when everything is quiet again, as plain SQL."""

import asyncpg

from tests.chaos.bindings.race import Race
from tests.support.waiting import wait_until

_HOLDING = "('submitted', 'under_review', 'approved', 'filed')"
_MUST_BE_EMPTY = {
    # allow built-sql: the states above
    "a declaration without its binding": f"""
SELECT d.id FROM declaration.declaration d WHERE d.state IN {_HOLDING} AND NOT EXISTS (
    SELECT FROM institution.binding b WHERE b.person_id = d.person_id AND b.institution_id = d.institution_id
    AND b.state IN ('active', 'frozen'))
""",
    "a binding that declaration knows otherwise": """
SELECT b.id FROM institution.binding b LEFT JOIN declaration.known_binding k ON k.binding_id = b.id
WHERE k.binding_id IS NULL OR (k.version, k.state, k.institution_id) <> (b.version, b.state, b.institution_id)
""",
    # allow built-sql: the states above
    "a declaration that institution knows otherwise": f"""
SELECT d.id FROM declaration.declaration d LEFT JOIN institution.known_declaration k ON k.declaration_id = d.id
WHERE d.submission > 0 AND (k.declaration_id IS NULL OR (k.state <> 'closed') <> (d.state IN {_HOLDING}))
""",
    "a person with two bindings in force": """
SELECT person_id FROM institution.binding WHERE state IN ('active', 'frozen') GROUP BY person_id HAVING count(*) > 1
""",
    "a dispute that was left": "SELECT declaration_id FROM institution.known_declaration WHERE disputed_at IS NOT NULL",
    "a step of a binding without exactly one event": """
SELECT a.subject_id FROM institution.audit_entry a
LEFT JOIN institution.outbox o ON o.aggregate_id = a.subject_id AND o.only_for IS NULL
WHERE a.action LIKE 'binding.%' GROUP BY a.subject_id HAVING count(DISTINCT o.event_id) <> count(DISTINCT a.action)
""",
    "an end that was taken back twice": """
SELECT continues FROM institution.binding WHERE continues IS NOT NULL GROUP BY continues HAVING count(*) > 1
""",
    "a step that was not told as often as it should": """
SELECT o.event_id FROM institution.outbox o LEFT JOIN notification.message m ON m.event_id = o.event_id
WHERE o.type = 'institution.binding_changed.v1' AND o.only_for IS NULL
GROUP BY o.event_id, o.body
HAVING count(m.id) <> CASE convert_from(o.body, 'UTF8')::jsonb ->> 'move'
    WHEN 'restore' THEN 2 WHEN 'undo' THEN 2 ELSE 1 END
""",
}
_UNHEARD = """
SELECT count(*) FROM {producer}.outbox o WHERE o.type = '{type}' AND o.only_for IS NULL
AND NOT EXISTS (SELECT FROM {consumer}.inbox i WHERE i.message_id = o.event_id)
"""
_BINDING, _SUBMITTED = "institution.binding_changed.v1", "declaration.submitted.v1"
_UNDER_WAY = {
    "unsent by institution": "SELECT count(*) FROM institution.outbox WHERE sent_at IS NULL",
    "unsent by declaration": "SELECT count(*) FROM declaration.outbox WHERE sent_at IS NULL",
    "disputes": "SELECT count(*) FROM institution.known_declaration WHERE disputed_at < 'infinity'",
} | {
    f"{kind} not heard by {consumer}": _UNHEARD.format(producer=kind.split(".")[0], type=kind, consumer=consumer)
    for kind, consumer in (
        (_SUBMITTED, "institution"),
        (_SUBMITTED, "notification"),
        (_BINDING, "declaration"),
        (_BINDING, "notification"),
    )
}


# One statement is one snapshot: what is heard while counting would be missed by counts that came before.
_ALL_UNDER_WAY = "SELECT " + ", ".join(f"({query})" for query in _UNDER_WAY.values())  # allow built-sql: those above


async def settled(race: Race, seconds: float = 120) -> None:
    """Wait until nothing is under way between the three services, and no dispute waits."""
    left: dict[str, int] = {}
    connection = await asyncpg.connect(race.admin_dsn)

    async def quiet() -> bool:
        row = await connection.fetchrow(_ALL_UNDER_WAY)
        assert row is not None
        left.clear()
        left.update({name: count for name, count in zip(_UNDER_WAY, row, strict=True) if count})
        return not left

    try:
        await wait_until(quiet, seconds=seconds, what="nothing under way")
    finally:
        await connection.close()
        assert left == {}


async def disagreements(race: Race) -> list[str]:
    """Sentences on what does not hold."""
    connection = await asyncpg.connect(race.admin_dsn)
    try:
        return [
            f"{len(rows)} x {name}" for name, query in _MUST_BE_EMPTY.items() if (rows := await connection.fetch(query))
        ]
    finally:
        await connection.close()
