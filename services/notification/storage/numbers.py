"""Keyed hashes of the phones that are known and that texts went to: which rows still lack theirs, and whose a number
is. A hash counts only for the version of the row that it was computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from shared.contracts.identity import PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

Holder = Literal["person", "staff", "delivery"]
HOLDERS: Final[tuple[Holder, ...]] = ("person", "staff", "delivery")
"""What has a phone."""

_SELECT_PEOPLE: Final = f"""
SELECT person_id AS id, version, '{PersonContactChanged.TYPE}.phone:' || person_id AS place, phone_event AS sealed
FROM known_person
WHERE phone_event <> '' AND number_version IS DISTINCT FROM version AND ($1::uuid IS NULL OR person_id > $1)
ORDER BY person_id LIMIT $2
"""
_SELECT_STAFF: Final = f"""
SELECT staff_id AS id, version, '{StaffChanged.TYPE}.phone:' || staff_id AS place, phone_event AS sealed
FROM known_staff
WHERE phone_event <> '' AND number_version IS DISTINCT FROM version AND ($1::uuid IS NULL OR staff_id > $1)
ORDER BY staff_id LIMIT $2
"""
_SELECT_DELIVERIES: Final = """
SELECT id, 0::bigint AS version, phone_place AS place, phone_event AS sealed FROM delivery
WHERE channel = 'sms' AND phone_event <> '' AND number_index IS NULL AND ($1::uuid IS NULL OR id > $1)
ORDER BY id LIMIT $2
"""
_SELECT_LACKING: Final[Mapping[Holder, str]] = {
    "person": _SELECT_PEOPLE,
    "staff": _SELECT_STAFF,
    "delivery": _SELECT_DELIVERIES,
}
# Only of the phone that was opened; a row that somebody holds is left to the next run, so that nobody waits for it.
_UPDATE_PEOPLE: Final = """
UPDATE known_person k SET number_index = f.number_index, number_version = f.version FROM (
    SELECT o.person_id, n.version, n.number_index FROM known_person o
    JOIN unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[]) AS n (id, version, sealed, number_index)
        ON n.id = o.person_id AND n.version = o.version AND n.sealed = o.phone_event
    FOR UPDATE OF o SKIP LOCKED
) f WHERE k.person_id = f.person_id
"""
_UPDATE_STAFF: Final = """
UPDATE known_staff k SET number_index = f.number_index, number_version = f.version FROM (
    SELECT o.staff_id, n.version, n.number_index FROM known_staff o
    JOIN unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[]) AS n (id, version, sealed, number_index)
        ON n.id = o.staff_id AND n.version = o.version AND n.sealed = o.phone_event
    FOR UPDATE OF o SKIP LOCKED
) f WHERE k.staff_id = f.staff_id
"""
_UPDATE_DELIVERIES: Final = """
UPDATE delivery d SET number_index = f.number_index FROM (
    SELECT o.id, n.number_index FROM delivery o
    JOIN unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[]) AS n (id, version, sealed, number_index)
        ON n.id = o.id AND n.sealed = o.phone_event
    FOR UPDATE OF o SKIP LOCKED
) f WHERE d.id = f.id
"""
_UPDATE: Final[Mapping[Holder, str]] = {
    "person": _UPDATE_PEOPLE,
    "staff": _UPDATE_STAFF,
    "delivery": _UPDATE_DELIVERIES,
}
_SELECT_ACCOUNTS: Final = """
SELECT person_id AS id, 'person' AS kind FROM known_person
WHERE number_index = ANY($1::bytea[]) AND number_version = version AND phone_event <> ''
UNION ALL
SELECT staff_id, 'staff' FROM known_staff
WHERE number_index = ANY($1::bytea[]) AND number_version = version AND phone_event <> ''
ORDER BY 2, 1
"""


@dataclass(frozen=True, slots=True)
class Unindexed:
    """A phone, still sealed, whose hash is not known yet; `version` is 0 of what has none."""

    id: UUID
    version: int
    place: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who has a number now."""

    id: UUID
    kind: Literal["person", "staff"]


async def select_lacking(reader: Reader, holder: Holder, after: UUID | None, limit: int) -> list[Unindexed]:
    """Rows that lack their hash, in order of id."""
    return [Unindexed(**row) for row in await reader.fetch(_SELECT_LACKING[holder], after, limit)]


async def update_indexed(tx: Transaction, holder: Holder, hashed: Sequence[tuple[Unindexed, bytes]]) -> int:
    """Write hashes beside the phones that they are of, where these still stand there; how many."""
    columns = (
        [one.id for one, _ in hashed],
        [one.version for one, _ in hashed],
        [one.sealed for one, _ in hashed],
        [index for _, index in hashed],
    )
    return await tx.execute(_UPDATE[holder], *columns)


async def select_accounts(reader: Reader, number: BlindIndex) -> list[Account]:
    """The people and staff accounts that have a number now, whichever key it is hashed with."""
    return [Account(**row) for row in await reader.fetch(_SELECT_ACCOUNTS, number.known)]
