"""How people and staff can be reached, learned from identity. Newer versions win, so order does not matter."""

from typing import Final

from shared.contracts.identity import PersonContactChanged, StaffChanged
from shared.postgres.transaction import Transaction

_UPSERT_PERSON: Final = """
INSERT INTO known_person AS k (person_id, version, phone_event, language) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE
SET version = excluded.version, phone_event = excluded.phone_event, language = excluded.language
WHERE k.version < excluded.version
"""
_UPSERT_STAFF: Final = """
INSERT INTO known_staff AS k (staff_id, version, role, scope_id, state, phone_event, language)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (staff_id) DO UPDATE
SET version = excluded.version, role = excluded.role, scope_id = excluded.scope_id, state = excluded.state,
    phone_event = excluded.phone_event, language = excluded.language
WHERE k.version < excluded.version
"""


async def upsert_person(tx: Transaction, event: PersonContactChanged) -> None:
    """Remember a person's phone, still sealed as it came."""
    await tx.execute(_UPSERT_PERSON, event.person_id, event.aggregate_version, event.phone, event.language)


async def upsert_staff(tx: Transaction, event: StaffChanged) -> None:
    """Remember a staff account's role, scope, state and phone."""
    await tx.execute(
        _UPSERT_STAFF,
        event.staff_id,
        event.aggregate_version,
        event.role,
        event.scope_id,
        event.state,
        event.phone,
        event.language,
    )
