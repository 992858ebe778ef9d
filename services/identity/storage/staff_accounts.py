"""The staff_account table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.staff_account import StaffAccount
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.blind_index import BlindIndex, lock_value

COLUMNS: Final = """staff_id, role, scope_kind, scope_id, scope_name, name_sealed, phone_sealed, phone_index, state,
    version, language, password_phc, totp_sealed, totp_step, responsibility_accepted_at, last_login_at, invited_until,
    passkeys"""
"""The fields of StaffAccount."""

_SELECT: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE staff_id = $1
"""
_SELECT_THESE: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE staff_id = ANY($1::uuid[])
"""
_LOCK: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE staff_id = $1 FOR UPDATE
"""
_LOCK_LIVING: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE phone_index = ANY($1) AND scope_id = $2 AND state IN ('invited', 'active', 'locked') FOR UPDATE
"""
_SELECT_BY_PHONE: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE phone_index = ANY($1) AND state = ANY($2::text[])
ORDER BY last_login_at DESC NULLS LAST, created_at LIMIT 20
"""
_LOCK_ACTIVE_BY_PHONE: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE phone_index = ANY($1) AND state = 'active' ORDER BY staff_id FOR UPDATE
"""
_INSERT: Final = """
INSERT INTO staff_account (staff_id, role, scope_kind, scope_id, scope_name, name_sealed, phone_sealed, phone_index,
    state, version, language, invited_until, name_index, invited_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_UPDATE_STATE: Final = """
UPDATE staff_account SET state = $2, version = $3, role = $4, totp_sealed = $5, invited_until = $6,
    disabled_at = CASE WHEN $2 = 'disabled' THEN coalesce(disabled_at, $7) END, passkeys = $8
WHERE staff_id = $1
"""
_LOCK_OWNERS: Final = """
SELECT staff_id FROM staff_account
WHERE scope_id = $1 AND role = 'institution_owner' AND state IN ('active', 'locked') ORDER BY staff_id FOR UPDATE
"""
_LOCK_OF_SCOPE: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE scope_id = $1 AND state IN ('invited', 'active', 'locked') ORDER BY staff_id FOR UPDATE
"""
_LOCK_ARCHIVABLE: Final = f"""
SELECT {COLUMNS}
FROM staff_account WHERE state = 'disabled' AND disabled_at <= $1 ORDER BY disabled_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_UPDATE_FACTORS: Final = """
UPDATE staff_account SET password_phc = $2, totp_sealed = $3, responsibility_accepted_at = $4, version = $5,
    passkeys = $6
WHERE staff_id = $1
"""
_UPDATE_LOGIN: Final = """
UPDATE staff_account SET totp_step = $2, last_login_at = $3, activated_at = coalesce(activated_at, $3), state = $4,
    version = $5
WHERE staff_id = $1
"""


async def select(reader: Reader, staff_id: UUID) -> StaffAccount:
    """The account. Raises NotFound."""
    return _account(await reader.fetchrow(_SELECT, staff_id))


async def select_these(reader: Reader, staff_ids: Sequence[UUID]) -> list[StaffAccount]:
    """Accounts by id; to tell neighbours of them again."""
    return [_account(row) for row in await reader.fetch(_SELECT_THESE, list(staff_ids))]


async def lock(tx: Transaction, staff_id: UUID) -> StaffAccount:
    """The account, locked until commit. Raises NotFound."""
    return _account(await tx.fetchrow(_LOCK, staff_id))


async def lock_living(tx: Transaction, phone_index: BlindIndex, scope_id: UUID) -> StaffAccount | None:
    """The one living account of a phone in a scope, locked, or None."""
    await lock_value(tx, phone_index)
    row = await tx.fetchrow(_LOCK_LIVING, phone_index.known, scope_id)
    return None if row is None else StaffAccount(**dict(row))


async def select_by_phone(reader: Reader, phone_index: BlindIndex, states: list[str]) -> list[StaffAccount]:
    """The accounts of a phone in these states, last used first, at most 20."""
    return [StaffAccount(**dict(row)) for row in await reader.fetch(_SELECT_BY_PHONE, phone_index.known, states)]


async def lock_active_by_phone(tx: Transaction, phone_index: BlindIndex) -> list[StaffAccount]:
    """All active accounts of a phone, locked in a fixed order."""
    return [StaffAccount(**dict(row)) for row in await tx.fetch(_LOCK_ACTIVE_BY_PHONE, phone_index.known)]


async def lock_owners(tx: Transaction, institution_id: UUID) -> list[UUID]:
    """The working owners of an institution, locked in a fixed order: who counts them must keep others from leaving."""
    return [row["staff_id"] for row in await tx.fetch(_LOCK_OWNERS, institution_id)]


async def lock_of_scope(tx: Transaction, scope_id: UUID) -> list[StaffAccount]:
    """The living accounts of a node, locked in a fixed order."""
    return [StaffAccount(**dict(row)) for row in await tx.fetch(_LOCK_OF_SCOPE, scope_id)]


async def lock_archivable(tx: Transaction, disabled_before: datetime, limit: int) -> list[StaffAccount]:
    """Accounts disabled before a moment; those somebody works on right now are left out."""
    return [StaffAccount(**dict(row)) for row in await tx.fetch(_LOCK_ARCHIVABLE, disabled_before, limit)]


async def insert(
    tx: Transaction, account: StaffAccount, name_index: BlindIndex, invited_by: UUID | None, at: datetime
) -> None:
    """A new account."""
    await tx.execute(
        _INSERT,
        account.staff_id,
        account.role,
        account.scope_kind,
        account.scope_id,
        account.scope_name,
        account.name_sealed,
        account.phone_sealed,
        account.phone_index,
        account.state,
        account.version,
        account.language,
        account.invited_until,
        name_index,
        invited_by,
        at,
    )


async def update_state(tx: Transaction, account: StaffAccount, at: datetime) -> None:
    """Write a moved account: state, role, second factors, and until when its invitation can be renewed."""
    await tx.execute(
        _UPDATE_STATE,
        account.staff_id,
        account.state,
        account.version,
        account.role,
        account.totp_sealed,
        account.invited_until,
        at,
        account.passkeys,
    )


async def update_factors(tx: Transaction, account: StaffAccount) -> None:
    """Write password, second factors and accepted responsibility."""
    await tx.execute(
        _UPDATE_FACTORS,
        account.staff_id,
        account.password_phc,
        account.totp_sealed,
        account.responsibility_accepted_at,
        account.version,
        account.passkeys,
    )


async def update_login(tx: Transaction, account: StaffAccount, at: datetime) -> None:
    """Write a successful login: the step of the code that was used, the time, the state."""
    await tx.execute(_UPDATE_LOGIN, account.staff_id, account.totp_step, at, account.state, account.version)


def _account(row: Row | None) -> StaffAccount:
    if row is None:
        raise NotFound
    return StaffAccount(**dict(row))
