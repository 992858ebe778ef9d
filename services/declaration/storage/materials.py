"""Rows of `material`: what each kind of applicant hands in, by catalogue version."""

from collections.abc import Sequence
from typing import Final

from services.declaration.domain.materials import Material
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT applicant_kind, code, document_kind, provided_by, due, name_zh, name_en FROM material
WHERE catalogue_version = $1 AND ($2::text IS NULL OR applicant_kind = $2) ORDER BY applicant_kind, code
"""
_INSERT: Final = """
INSERT INTO material (catalogue_version, applicant_kind, code, document_kind, provided_by, due, name_zh, name_en)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def select(reader: Reader, catalogue_version: int, applicant_kind: str | None) -> list[Material]:
    """Of one kind of applicant, or of all."""
    return [Material(*row) for row in await reader.fetch(_SELECT, catalogue_version, applicant_kind)]


async def insert(tx: Transaction, catalogue_version: int, materials: Sequence[Material]) -> None:
    """With the other rows of a new catalogue version."""
    rows = [(catalogue_version, *(getattr(one, name) for name in Material.__slots__)) for one in materials]
    await tx.executemany(_INSERT, rows)
