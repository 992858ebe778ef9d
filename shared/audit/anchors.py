"""An anchor: the heads of all lanes of one audit chain at one moment, as a canonical document, signed by the service
whose chain it is (V63). Whoever holds it can tell later whether that chain still has this past."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from shared.audit.findings import Finding
from shared.security.blind_index import keyed_hash
from shared.security.keyring import Key, KeyMissing, Keyring

LANES = 32
_VERSION = 1


class AnchorAltered(ValueError):
    """The document is not what was signed, or not an anchor."""


class AnchorForeign(ValueError):
    """The anchor speaks of another service's chain."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a lane; sequence 0 and the seed while it has none."""

    lane: int
    sequence: int
    digest: bytes


@dataclass(frozen=True)
class Anchor:
    """`number` runs from 1 without gaps; `previous` is the digest of the anchor before, or 32 zero bytes. An anchor
    with a `reason` was made by a person in spite of what `accepted` lists."""

    service: str
    number: int
    at: datetime
    previous: bytes
    heads: tuple[Head, ...]
    accepted: tuple[Finding, ...] = ()
    reason: str | None = None

    @cached_property
    def document(self) -> bytes:
        """Canonical JSON: sorted keys, no white space."""
        content = {
            "version": _VERSION,
            "service": self.service,
            "number": self.number,
            "at": self.at.isoformat(),
            "previous": self.previous.hex(),
            "heads": [[head.lane, head.sequence, head.digest.hex()] for head in self.heads],
            "accepted": [[found.kind, found.lane, found.sequence, found.anchor] for found in self.accepted],
            "reason": self.reason,
        }
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the document: the name of the anchor."""
        return hashlib.sha256(self.document).digest()


NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class SignedAnchor:
    """An anchor as it is stored, sent and kept. What it says is known only after `verify`."""

    document: bytes
    key_id: str
    signature: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document."""
        return hashlib.sha256(self.document).digest()

    def to_json(self) -> dict[str, str]:
        """For the bucket and for a line of a kept copy."""
        return {"document": self.document.decode(), "key_id": self.key_id, "signature": self.signature.hex()}

    @classmethod
    def from_json(cls, content: Any) -> "SignedAnchor":
        """Read what `to_json` made. Raises AnchorAltered."""
        try:
            document, key_id, signature = content["document"], content["key_id"], content["signature"]
            return cls(document.encode(), str(key_id), bytes.fromhex(signature))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise AnchorAltered(type(error).__name__) from None


def data_class(service: str) -> str:
    """The data class that signs a service's anchors and seals them in its bucket; no other service holds it."""
    return f"audit_anchor_{service}"


def sign(keyring: Keyring, anchor: Anchor) -> SignedAnchor:
    """Sign with the active key of the service's class. Raises KeyMissing."""
    key = keyring.active(data_class(anchor.service))
    return SignedAnchor(anchor.document, key.id, _signature(key, anchor.document))


def verify(keyring: Keyring, service: str, signed: SignedAnchor) -> Anchor:
    """What `service` once signed. Raises AnchorAltered, AnchorForeign."""
    said = read_unverified(signed.document)
    if said.service != service:
        raise AnchorForeign(said.service)
    try:
        key = keyring.find(data_class(service), signed.key_id)
    except KeyMissing:
        raise AnchorAltered(f"no key {signed.key_id}") from None
    if not hmac.compare_digest(_signature(key, signed.document), signed.signature):
        raise AnchorAltered("signature")
    return said


def read_unverified(document: bytes) -> Anchor:
    """What a document says, whoever made it: for the keeper, who has no key. Raises AnchorAltered."""
    try:
        content = orjson.loads(document)
        heads = tuple(Head(int(lane), int(end), bytes.fromhex(digest)) for lane, end, digest in content["heads"])
        anchor = Anchor(
            service=str(content["service"]),
            number=int(content["number"]),
            at=datetime.fromisoformat(content["at"]),
            previous=bytes.fromhex(content["previous"]),
            heads=heads,
            accepted=tuple(Finding(*found) for found in content["accepted"]),
            reason=content["reason"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AnchorAltered(type(error).__name__) from None
    if anchor.document != document:
        raise AnchorAltered("not canonical")
    return anchor


def contradictions(earlier: Anchor, later: Anchor) -> list[Finding]:
    """What two anchors of one chain can not both be right about: a lane that went back, or has another past."""
    if earlier.number == later.number:
        return [Finding("anchor_forked", anchor=later.number)] if earlier.digest != later.digest else []
    before = {head.lane: head for head in earlier.heads}
    found = []
    for head in later.heads:
        known = before.get(head.lane)
        if known is not None and head.sequence < known.sequence:
            found.append(Finding("rolled_back", head.lane, known.sequence, earlier.number))
        elif known is not None and head.sequence == known.sequence and head.digest != known.digest:
            found.append(Finding("rewritten", head.lane, known.sequence, earlier.number))
    if not links(earlier, later):
        found.append(Finding("anchor_forked", anchor=earlier.number))
    return found


def links(earlier: Anchor, later: Anchor) -> bool:
    """Whether an anchor names the one before it; True for two that are no neighbours."""
    return later.number != earlier.number + 1 or later.previous == earlier.digest


def seed(lane: int) -> bytes:
    """The digest that a lane starts from."""
    return hashlib.sha256(f"tiro audit lane {lane}".encode()).digest()


def lowest_first(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of lanes and places, for people."""
    return sorted(findings, key=lambda f: (f.lane is None, f.lane or 0, f.sequence or 0, f.anchor or 0, f.kind))


def _signature(key: Key, document: bytes) -> bytes:
    # A key derived from the one that seals the object: one secret does not serve two algorithms.
    own = Key(key.id, key.algorithm, keyed_hash(key, b"audit anchor signature"))
    return keyed_hash(own, document)
