"""How people and staff can be reached, learned from identity. Newer versions win, so order does not matter."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from shared.contracts.identity import PersonClosed, PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Reader, Transaction

KNOWN_PEOPLE: Final = "SELECT person_id AS id FROM known_person"
"""What is known of it, to compare with what was told (M11)."""
KNOWN_STAFF: Final = "SELECT staff_id AS id FROM known_staff"
"""What is known of it, to compare with what was told (M11)."""
_SELECT_PHONES: Final = """
SELECT $2 || person_id AS place, phone_event FROM known_person WHERE person_id = $1 AND phone_event <> ''
UNION ALL
SELECT $3 || staff_id, phone_event FROM known_staff WHERE staff_id = $1 AND phone_event <> ''
"""
# The hash of the number before goes at once; that of the new one is computed beside the flow.
# Letters that wait go where the person wants them now, or nowhere any more; one that holds a code proves the address it
# was written for.
_UPSERT_PERSON: Final = """
WITH told AS (
    INSERT INTO known_person AS k (person_id, version, phone_event, language, openid_event, email_event)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (person_id) DO UPDATE
    SET version = excluded.version, phone_event = excluded.phone_event, language = excluded.language,
        openid_event = excluded.openid_event, email_event = excluded.email_event, number_index = NULL
    WHERE k.version < excluded.version RETURNING person_id, email_event
)
UPDATE delivery d SET phone_event = told.email_event FROM told
WHERE d.recipient_id = told.person_id AND d.channel = 'email' AND d.state IN ('pending', 'sending')
  AND d.secret_event IS NULL
"""
_SELECT_LANGUAGE: Final = "SELECT language FROM known_person WHERE person_id = $1"
# The row stays, without a phone: an older event that comes late must not bring the person back.
_FORGET_PERSON: Final = """
INSERT INTO known_person AS k (person_id, version, phone_event, language) VALUES ($1, $2, '', 'zh')
ON CONFLICT (person_id) DO UPDATE
SET version = excluded.version, phone_event = '', openid_event = '', email_event = '', language = 'zh',
    number_index = NULL
WHERE k.version < excluded.version
"""
# A letter that waits stays behind: nobody is there to read it.
_FORGET_DELIVERIES: Final = """
UPDATE delivery SET phone_event = '', number_index = NULL, secret_event = NULL
WHERE recipient_id = $1 AND (channel = 'email' OR state NOT IN ('pending', 'sending', 'unknown'))
"""
_FORGET_MESSAGES: Final = "DELETE FROM message WHERE recipient_id = $1"
_FORGET_CONSENTS: Final = "DELETE FROM wechat_consent WHERE person_id = ANY($1::uuid[])"
_FORGET_PREFERENCES: Final = "DELETE FROM channel_preference WHERE person_id = ANY($1::uuid[])"
# Of those whose keys are destroyed; their versions stay, for what a backup knows less of comes again and is sealed.
_FORGET_AGAIN: Final = """
WITH people AS (
    UPDATE known_person SET phone_event = '', openid_event = '', email_event = '', language = 'zh', number_index = NULL
    WHERE person_id = ANY($1::uuid[]) AND (phone_event <> '' OR openid_event <> '' OR email_event <> '')
    RETURNING person_id
), deliveries AS (
    UPDATE delivery SET phone_event = '', number_index = NULL, secret_event = NULL,
        state = CASE WHEN settled_at IS NULL THEN 'failed' ELSE state END,
        outcome_code = CASE WHEN settled_at IS NULL THEN 'erased' ELSE outcome_code END
    WHERE recipient_id = ANY($1::uuid[]) AND phone_event <> '' RETURNING recipient_id
), messages AS (
    DELETE FROM message WHERE recipient_id = ANY($1::uuid[]) RETURNING recipient_id
)
SELECT count(*) FROM (
    SELECT person_id FROM people UNION SELECT recipient_id FROM deliveries UNION SELECT recipient_id FROM messages
) AS forgotten
"""
_UPSERT_STAFF: Final = """
INSERT INTO known_staff AS k (staff_id, version, role, scope_id, state, phone_event, language)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (staff_id) DO UPDATE
SET version = excluded.version, role = excluded.role, scope_id = excluded.scope_id, state = excluded.state,
    phone_event = excluded.phone_event, language = excluded.language, number_index = NULL
WHERE k.version < excluded.version
"""


async def select_phones(reader: Reader, account_id: UUID) -> dict[str, str]:
    """The phone that an account has now, still sealed, by the place it is sealed for; empty where none is known."""
    places = (f"{PersonContactChanged.TYPE}.phone:", f"{StaffChanged.TYPE}.phone:")
    found = await reader.fetch(_SELECT_PHONES, account_id, *places)
    return {row["place"]: row["phone_event"] for row in found}


async def select_language(reader: Reader, person_id: UUID) -> str:
    """Chinese where nothing was heard of the person yet."""
    return str(await reader.fetchval(_SELECT_LANGUAGE, person_id) or "zh")


async def upsert_person(tx: Transaction, event: PersonContactChanged) -> None:
    """Remember a person's addresses, still sealed as they came; letters that wait leave for the new one."""
    await tx.execute(
        _UPSERT_PERSON,
        event.person_id,
        event.aggregate_version,
        event.phone,
        event.language,
        event.wechat_openid or "",
        event.email or "",
    )


async def update_forgotten(tx: Transaction, event: PersonClosed) -> None:
    """Forget a person's addresses, messages, choices and consents, the phone in texts that were sent, and
    letters."""
    await tx.execute(_FORGET_PERSON, event.person_id, event.aggregate_version)
    await tx.execute(_FORGET_DELIVERIES, event.person_id)
    await tx.execute(_FORGET_MESSAGES, event.person_id)
    await tx.execute(_FORGET_CONSENTS, [event.person_id])
    await tx.execute(_FORGET_PREFERENCES, [event.person_id])


async def update_forgotten_again(tx: Transaction, person_ids: Sequence[UUID]) -> int:
    """Forget the same of people whom a backup brought back; how many were known."""
    count: int = await tx.fetchval(_FORGET_AGAIN, person_ids)
    await tx.execute(_FORGET_CONSENTS, person_ids)
    await tx.execute(_FORGET_PREFERENCES, person_ids)
    return count


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
