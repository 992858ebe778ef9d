"""The verification_image table: the newest photo of each side of the document and of each proof of the military, and
replaced ones until their objects are removed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.exempt_channel import Proof
from shared.postgres.transaction import Reader, Transaction

OBJECT_CLASS = "image"
"""The data class that seals the photos in the bucket."""

_REPLACE: Final = """
UPDATE verification_image SET replaced_at = $3 WHERE person_id = $1 AND side = $2 AND replaced_at IS NULL
RETURNING image_id
"""
_PUT_ASIDE: Final = "UPDATE verification_image SET replaced_at = $2 WHERE person_id = $1 AND replaced_at IS NULL"
_SIDES: Final = "('front', 'back')"
_PROOF: Final = "proof_"
_PUT_ASIDE_DECIDED: Final = f"""
UPDATE verification_image i SET replaced_at = $1 FROM identity_verification v
WHERE v.person_id = i.person_id AND i.replaced_at IS NULL AND i.side IN {_SIDES}
  AND v.state NOT IN ('auto_checking', 'pending_manual') AND v.since < $2 AND i.uploaded_at < $2
RETURNING i.person_id, i.image_id, v.state
"""
# Proofs nobody chose the channel with, and those of a choice taken back, are as photos that are decided about.
_PUT_PROOFS_ASIDE: Final = f"""
UPDATE verification_image i SET replaced_at = $1 FROM identity_verification v
WHERE v.person_id = i.person_id AND i.replaced_at IS NULL AND i.side NOT IN {_SIDES}
  AND (i.uploaded_at < $3 OR i.uploaded_at < $2 AND NOT EXISTS (
        SELECT FROM exempt_choice c
        WHERE c.person_id = i.person_id AND (c.withdrawn_at IS NULL OR c.withdrawn_at >= $2)))
RETURNING i.person_id, i.image_id, v.state
"""
_INSERT: Final = """
INSERT INTO verification_image (image_id, person_id, side, object_key, sha256, content_type, size, width, height,
    uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_SELECT_CURRENT: Final = f"""
SELECT image_id, person_id, side, object_key, sha256, content_type, size, width, height, uploaded_at
FROM verification_image WHERE person_id = $1 AND replaced_at IS NULL AND side IN {_SIDES} ORDER BY side DESC
"""
_SELECT_PROOFS: Final = f"""
SELECT image_id, person_id, side, object_key, sha256, content_type, size, width, height, uploaded_at
FROM verification_image WHERE person_id = ANY($1) AND replaced_at IS NULL AND side NOT IN {_SIDES} ORDER BY side
"""
_SELECT_REPLACED: Final = """
SELECT object_key FROM verification_image WHERE replaced_at < $1 ORDER BY replaced_at LIMIT 200
"""
_DELETE: Final = "DELETE FROM verification_image WHERE object_key = ANY($1::text[]) AND replaced_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class VerificationImage:
    """One photo; `width` and `height` in pixels, `sha256` of the bytes as they came."""

    image_id: UUID
    person_id: UUID
    side: str
    object_key: str
    sha256: str
    content_type: str
    size: int
    width: int
    height: int
    uploaded_at: datetime


async def insert(tx: Transaction, image: VerificationImage) -> bool:
    """Make this the current photo of its side; True when it replaces one."""
    replaced = await tx.fetchval(_REPLACE, image.person_id, image.side, image.uploaded_at)
    await tx.execute(
        _INSERT,
        image.image_id,
        image.person_id,
        image.side,
        image.object_key,
        image.sha256,
        image.content_type,
        image.size,
        image.width,
        image.height,
        image.uploaded_at,
    )
    return replaced is not None


async def update_put_aside(tx: Transaction, person_id: UUID, at: datetime) -> int:
    """A person's photos go out of use, and are removed with their objects a little later; how many."""
    return await tx.execute(_PUT_ASIDE, person_id, at)


async def update_decided_put_aside(tx: Transaction, at: datetime, before: datetime) -> list[tuple[UUID, UUID, str]]:
    """The same for photos uploaded and decided about before a moment; (person, image, state of the verification)."""
    rows = await tx.fetch(_PUT_ASIDE_DECIDED, at, before)
    return [(row["person_id"], row["image_id"], row["state"]) for row in rows]


async def update_proofs_put_aside(
    tx: Transaction, at: datetime, idle_before: datetime, uploaded_before: datetime
) -> list[tuple[UUID, UUID, str]]:
    """The same for proofs: of no standing choice since `idle_before`, or uploaded before `uploaded_before`."""
    rows = await tx.fetch(_PUT_PROOFS_ASIDE, at, idle_before, uploaded_before)
    return [(row["person_id"], row["image_id"], row["state"]) for row in rows]


def proof_side(proof: Proof) -> str:
    """What stands in place of a side in the row of a proof."""
    return _PROOF + proof


async def select_proofs(reader: Reader, people: Collection[UUID]) -> dict[tuple[UUID, str], VerificationImage]:
    """The current proofs of people, by person and proof."""
    rows = await reader.fetch(_SELECT_PROOFS, list(people))
    return {(row["person_id"], row["side"].removeprefix(_PROOF)): VerificationImage(**dict(row)) for row in rows}


async def select_current(reader: Reader, person_id: UUID) -> dict[str, VerificationImage]:
    """The current photos of the document, by side."""
    rows = await reader.fetch(_SELECT_CURRENT, person_id)
    return {row["side"]: VerificationImage(**dict(row)) for row in rows}


async def select_replaced_keys(reader: Reader, before: datetime) -> list[str]:
    """Objects of photos replaced before a moment, at most 200."""
    return [row["object_key"] for row in await reader.fetch(_SELECT_REPLACED, before)]


async def delete_by_keys(tx: Transaction, keys: list[str]) -> int:
    """Forget replaced photos whose objects are gone."""
    return await tx.execute(_DELETE, keys)
