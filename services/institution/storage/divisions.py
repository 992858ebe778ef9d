"""Table division: the code list, replaced by what a file says, and read by pickers and guards."""

from collections.abc import Sequence
from typing import Any, Final

from services.institution.domain.division import Division
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT * FROM division WHERE code = $1"
_SELECT_MANY: Final = "SELECT * FROM division WHERE code = ANY($1::text[])"
_SELECT_CHILDREN: Final = """
SELECT * FROM division WHERE parent_code IS NOT DISTINCT FROM $1 AND current ORDER BY code LIMIT 500
"""
_UPSERT: Final = """
INSERT INTO division (code, name, level, parent_code, current, statistical, successor_code, valid_from, valid_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, parent_code = excluded.parent_code,
    current = excluded.current, statistical = excluded.statistical, successor_code = excluded.successor_code,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to
"""


async def select(reader: Reader, code: str) -> Division | None:
    """One division, current or former."""
    row = await reader.fetchrow(_SELECT, code)
    return None if row is None else _division(row)


async def select_many(reader: Reader, codes: Sequence[str]) -> list[Division]:
    """Those of `codes` that exist."""
    return [_division(row) for row in await reader.fetch(_SELECT_MANY, list(codes))]


async def select_children(reader: Reader, parent_code: str | None) -> list[Division]:
    """The current divisions right below one, or the provinces."""
    return [_division(row) for row in await reader.fetch(_SELECT_CHILDREN, parent_code)]


async def upsert_many(tx: Transaction, divisions: Sequence[Division]) -> None:
    """Write what a file says; codes that it does not name stay."""
    await tx.executemany(
        _UPSERT,
        [
            (
                *(d.code, d.name, d.level, d.parent_code, d.current, d.statistical, d.successor_code),
                *(d.valid_from, d.valid_to),
            )
            for d in divisions
        ],
    )


def _division(row: Any) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        level=row["level"],
        parent_code=row["parent_code"],
        current=row["current"],
        statistical=row["statistical"],
        successor_code=row["successor_code"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )
