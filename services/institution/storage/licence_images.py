"""Table licence_image: the picture of the licence in force, and replaced ones until their objects are removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

OBJECT_CLASS: Final = "object"
"""The data class that seals the pictures in the bucket."""
_SELECT_CURRENT: Final = """
SELECT id, institution_id, object_key, sha256, size, width, height, uploaded_by, uploaded_at
FROM licence_image WHERE institution_id = $1 AND replaced_at IS NULL
"""
_REPLACE: Final = "UPDATE licence_image SET replaced_at = $2 WHERE institution_id = $1 AND replaced_at IS NULL"
_INSERT: Final = """
INSERT INTO licence_image (id, institution_id, object_key, sha256, size, width, height, uploaded_by, uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SELECT_REPLACED: Final = "SELECT object_key FROM licence_image WHERE replaced_at < $1 ORDER BY replaced_at LIMIT 200"
_DELETE: Final = "DELETE FROM licence_image WHERE object_key = ANY($1::text[]) AND replaced_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class LicenceImage:
    """One picture; `width` and `height` in pixels, `sha256` of the bytes as they came, `size` of the safe copy."""

    id: UUID
    institution_id: UUID
    object_key: str
    sha256: str
    size: int
    width: int
    height: int
    uploaded_by: UUID
    uploaded_at: datetime


async def select_if_any(reader: Reader, institution_id: UUID) -> LicenceImage | None:
    """The picture in force, or None."""
    row = await reader.fetchrow(_SELECT_CURRENT, institution_id)
    return None if row is None else LicenceImage(**dict(row))


async def select(reader: Reader, institution_id: UUID) -> LicenceImage:
    """The picture in force. Raises NotFound."""
    if (found := await select_if_any(reader, institution_id)) is None:
        raise NotFound
    return found


async def insert(tx: Transaction, image: LicenceImage) -> None:
    """Make this the picture in force. The institution is locked, so that pictures take turns."""
    await tx.execute(_REPLACE, image.institution_id, image.uploaded_at)
    await tx.execute(
        _INSERT,
        image.id,
        image.institution_id,
        image.object_key,
        image.sha256,
        image.size,
        image.width,
        image.height,
        image.uploaded_by,
        image.uploaded_at,
    )


async def select_replaced_keys(reader: Reader, before: datetime) -> list[str]:
    """Objects of pictures replaced before a moment, at most 200."""
    return [row["object_key"] for row in await reader.fetch(_SELECT_REPLACED, before)]


async def delete_by_keys(tx: Transaction, keys: list[str]) -> int:
    """Forget replaced pictures whose objects are gone."""
    return await tx.execute(_DELETE, keys)
