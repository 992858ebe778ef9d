"""Table confirmation_code: sealed, so that the owner can be shown the code; rotated ones are kept for the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.institution.domain.confirmation_code import new_confirmation_code
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "institution"
_SELECT_CURRENT: Final = "SELECT * FROM confirmation_code WHERE institution_id = $1 AND rotated_at IS NULL"
_INSERT: Final = """
INSERT INTO confirmation_code (id, institution_id, code_sealed, created_at, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_UPDATE_ROTATED: Final = """
UPDATE confirmation_code SET rotated_at = $2 WHERE institution_id = $1 AND rotated_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class ConfirmationCode:
    """The code in force, opened."""

    id: UUID
    institution_id: UUID
    code: str
    created_at: datetime
    expires_at: datetime | None


async def select_current(reader: Reader, keyring: Keyring, institution_id: UUID) -> ConfirmationCode | None:
    """The code in force, or None while the institution has none."""
    row = await reader.fetchrow(_SELECT_CURRENT, institution_id)
    return None if row is None else _opened(keyring, row)


async def insert(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    created_by: UUID,
    expires_at: datetime | None,
    now: datetime,
) -> ConfirmationCode:
    """Make a fresh code. The caller has locked the institution and rotated the one before."""
    made = ConfirmationCode(new_id(), institution_id, new_confirmation_code(), now, expires_at)
    sealed = seal_text(keyring, _CLASS, _place(made.id), made.code)
    await tx.execute(_INSERT, made.id, institution_id, sealed, now, created_by, expires_at)
    return made


async def update_rotated(tx: Transaction, institution_id: UUID, now: datetime) -> None:
    """Take the current code out of force; bindings made with it stay (4.3)."""
    await tx.execute(_UPDATE_ROTATED, institution_id, now)


def _opened(keyring: Keyring, row: Any) -> ConfirmationCode:
    code = unseal_text(keyring, _CLASS, _place(row["id"]), row["code_sealed"])
    return ConfirmationCode(row["id"], row["institution_id"], code, row["created_at"], row["expires_at"])


def _place(code_id: UUID) -> str:
    return f"confirmation_code.code:{code_id}"
