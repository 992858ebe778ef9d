"""Where anchors rest: a table that the service's role can only append to, for its own and for those it keeps for
another, and below `audit-anchors/` in its own bucket, where a rolled-back database can not reach them (V63)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import orjson

from shared.audit.anchors import Anchor, AnchorAltered, SignedAnchor, data_class
from shared.errors import Conflict
from shared.objectstore import Bucket, ObjectMissing
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken

PREFIX: Final = "audit-anchors"
_DAYS_LISTED_ONE_BY_ONE: Final = 40
_READ_AT_ONCE: Final = 64
_CHAIN: Final = UUID("7b0f9f0e-4a4c-5a67-9d43-3f1c6f8f5f63")

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('tiro.audit_anchor'))"
_INSERT_OWN = """
INSERT INTO audit_anchor (service, number, digest, document, key_id, signature, anchored_at)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM audit_anchor WHERE service = $1 AND number >= $2)
"""
_INSERT_KEPT = """
INSERT INTO audit_anchor (service, number, digest, document, key_id, signature, anchored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
_SELECT_NEWEST = """
SELECT document, key_id, signature FROM audit_anchor WHERE service = $1 ORDER BY number DESC LIMIT 1
"""
_SELECT_NEAR = """
SELECT document FROM audit_anchor WHERE service = $1 AND number = $2 AND digest <> $3
UNION ALL
(SELECT document FROM audit_anchor WHERE service = $1 AND number < $2 ORDER BY number DESC LIMIT 1)
UNION ALL
(SELECT document FROM audit_anchor WHERE service = $1 AND number > $2 ORDER BY number LIMIT 1)
"""
_SELECT_PAGE = """
SELECT number, digest, document, key_id, signature, received_at FROM audit_anchor
WHERE service = $1 AND (number, digest) > ($2, $3) ORDER BY number, digest LIMIT $4
"""
_SELECT_LAST_HEARD = """
SELECT kept.service, last.anchored_at FROM unnest($1::text[]) AS kept (service)
CROSS JOIN LATERAL (
    SELECT a.anchored_at FROM audit_anchor a WHERE a.service = kept.service ORDER BY a.number DESC LIMIT 1) last
"""


class AnchorOvertaken(Conflict):
    """Another run made an anchor of this number meanwhile."""

    code = "anchor_overtaken"
    message_zh = "另一进程刚刚完成了锚定，无需处理。"
    message_en = "Another run has just made this anchor; there is nothing to do."


@dataclass(frozen=True, slots=True)
class Stored:
    """An anchor's place in the bucket, as its key tells it."""

    key: str
    number: int
    digest_begins: str


def chain_id(service: str) -> UUID:
    """The id of a service's audit chain."""
    return uuid5(_CHAIN, service)


def key_of(number: int, at: datetime, digest: bytes) -> str:
    """Where an anchor lies: a name that no other anchor has, so that nothing is ever written over."""
    return f"{PREFIX}/{at:%Y-%m-%d}/{number:012d}-{digest[:8].hex()}"


async def insert_own(tx: Transaction, anchor: Anchor, signed: SignedAnchor) -> None:
    """Append the service's next anchor. Raises AnchorOvertaken when one of this number or a later one is there."""
    await tx.fetchval(_LOCK)
    if not await tx.execute(_INSERT_OWN, anchor.service, *_columns(anchor, signed)):
        raise AnchorOvertaken


async def insert_kept(tx: Transaction, service: str, anchor: Anchor, signed: SignedAnchor) -> bool:
    """Append what another service sent; False when it is here already."""
    return bool(await tx.execute(_INSERT_KEPT, service, *_columns(anchor, signed)))


async def select_newest(reader: Reader, service: str) -> SignedAnchor | None:
    """The anchor with the highest number."""
    row = await reader.fetchrow(_SELECT_NEWEST, service)
    return row and _signed(row)


async def select_near(reader: Reader, service: str, number: int, digest: bytes) -> list[bytes]:
    """The documents of the neighbours of an anchor, and of others with its number."""
    rows = await reader.fetch(_SELECT_NEAR, service, number, digest)
    return [row["document"].encode() for row in rows]


async def select_page(
    reader: Reader, service: str, after: tuple[int, bytes], limit: int
) -> list[tuple[int, SignedAnchor, datetime]]:
    """(number, anchor, when it came) in the order of numbers."""
    rows = await reader.fetch(_SELECT_PAGE, service, *after, limit)
    return [(row["number"], _signed(row), row["received_at"]) for row in rows]


async def select_last_heard(reader: Reader, services: Sequence[str]) -> dict[str, datetime]:
    """Of when the newest anchor is that is kept for each of these services; none yet, none here."""
    rows = await reader.fetch(_SELECT_LAST_HEARD, list(services))
    return {row["service"]: row["anchored_at"] for row in rows}


async def put_object(bucket: Bucket, anchor: Anchor, signed: SignedAnchor, locked_until: datetime | None) -> None:
    """Into the bucket, unless it lies there; where anchors are locked, unless it lies there locked. Raises
    BucketWithoutLock, ObjectStoreUnavailable."""
    key, content = key_of(anchor.number, anchor.at, anchor.digest), orjson.dumps(signed.to_json())
    if locked_until is None:
        if not await bucket.exists(key):
            await bucket.put(key, content, data_class(anchor.service))
    elif not await _is_locked(bucket, key):
        await bucket.put_locked(key, content, data_class(anchor.service), locked_until)


async def list_objects(
    bucket: Bucket, since: date | None = None, until: date | None = None, *, covered: bool = False
) -> list[Stored]:
    """The anchors in the bucket by number: all, or those of some days; `covered`, also those under a removal. Keys of
    another form are left out."""
    days = [] if since is None or until is None else [since + timedelta(n) for n in range((until - since).days + 1)]
    if days and len(days) <= _DAYS_LISTED_ONE_BY_ONE:
        keys = [key for day in days for key in await bucket.list_keys(f"{PREFIX}/{day:%Y-%m-%d}/", covered=covered)]
    else:
        keys = await bucket.list_keys(f"{PREFIX}/", covered=covered)
    return sorted((s for key in keys if (s := _stored(key))), key=lambda s: (s.number, s.digest_begins))


async def read_objects(bucket: Bucket, service: str, stored: Sequence[Stored]) -> list[SignedAnchor | None]:
    """What lies there, None where it does not open or is gone. Raises ObjectStoreUnavailable."""
    found: list[SignedAnchor | None] = []
    for start in range(0, len(stored), _READ_AT_ONCE):
        page = stored[start : start + _READ_AT_ONCE]
        found += await asyncio.gather(*(_read(bucket, service, one.key) for one in page))
    return found


async def _is_locked(bucket: Bucket, key: str) -> bool:
    try:
        return await bucket.locked_until(key) is not None
    except ObjectMissing:
        return False


async def _read(bucket: Bucket, service: str, key: str) -> SignedAnchor | None:
    try:
        return SignedAnchor.from_json(orjson.loads(await bucket.get(key, data_class(service))))
    except (SealBroken, ObjectMissing, AnchorAltered, ValueError, KeyMissing):
        return None


def _stored(key: str) -> Stored | None:
    number, dash, digest = key.rpartition("/")[2].partition("-")
    return Stored(key, int(number), digest) if dash and number.isdigit() else None


def _columns(anchor: Anchor, signed: SignedAnchor) -> tuple[object, ...]:
    return (anchor.number, anchor.digest, anchor.document.decode(), signed.key_id, signed.signature, anchor.at)


def _signed(row: Row) -> SignedAnchor:
    return SignedAnchor(row["document"].encode(), row["key_id"], row["signature"])
