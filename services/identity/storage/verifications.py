"""The identity_verification table: one row per person, made together with the person."""

from typing import Final
from uuid import UUID

from services.identity.domain.verification import Verification
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT person_id, state, version, since, failures_in_all, failures_on_day, failure_day, reason_code, method,
       verified_at, changing
FROM identity_verification WHERE person_id = $1
"""
_LOCK: Final = """
SELECT person_id, state, version, since, failures_in_all, failures_on_day, failure_day, reason_code, method,
       verified_at, changing
FROM identity_verification WHERE person_id = $1 FOR UPDATE
"""
_UPDATE: Final = """
UPDATE identity_verification SET state = $2, version = $3, since = $4, failures_in_all = $5, failures_on_day = $6,
    failure_day = $7, reason_code = $8, method = $9, verified_at = $10, changing = $11
WHERE person_id = $1
"""
_DELETE_OF: Final = "DELETE FROM identity_verification WHERE person_id = $1"


async def select(reader: Reader, person_id: UUID) -> Verification:
    """Where a person stands. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, person_id)) is None:
        raise NotFound
    return Verification(**dict(row))


async def lock(tx: Transaction, person_id: UUID) -> Verification:
    """The same, locked until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, person_id)) is None:
        raise NotFound
    return Verification(**dict(row))


async def update(tx: Transaction, verification: Verification) -> None:
    """Write a moved verification."""
    await tx.execute(
        _UPDATE,
        verification.person_id,
        verification.state,
        verification.version,
        verification.since,
        verification.failures_in_all,
        verification.failures_on_day,
        verification.failure_day,
        verification.reason_code,
        verification.method,
        verification.verified_at,
        verification.changing,
    )


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget where a person stood."""
    await tx.execute(_DELETE_OF, person_id)
