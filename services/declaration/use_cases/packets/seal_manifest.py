"""The manifest of a decision packet, its chain over the audit entries, and its signature. Ed25519: the public key
verifies for decades and can make nothing; the secret is derived from a key that only this service holds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.declaration.storage.packet_keys import PacketKey
from services.declaration.use_cases.packets.compose_packet import Composed
from shared.audit.anchors import data_class
from shared.security.blind_index import keyed_hash
from shared.security.keyring import Keyring

FORMAT: Final = "tiro-packet/1"


def seal_manifest(
    keyring: Keyring, packet_id: UUID, composed: Composed, files: Sequence[tuple[str, int, str]], now: datetime
) -> tuple[bytes, bytes, PacketKey]:
    """(manifest, signature, public key); `files`: path, size, SHA-256. Raises KeyMissing."""
    content = {
        "format": FORMAT,
        "packet_id": str(packet_id),
        "declaration_id": composed.declaration_id,
        "number": composed.number,
        "made_at": now.isoformat(),
        "files": [{"path": path, "size": size, "sha256": sha256} for path, size, sha256 in sorted(files)],
        "audit": {"entries": len(composed.digests), "head": _chain(packet_id, composed.digests)},
        "notices": composed.told,
    }
    manifest = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    key = keyring.active(data_class("declaration"))
    secret = Ed25519PrivateKey.from_private_bytes(keyed_hash(key, b"decision packet signature"))
    signature = {"algorithm": "Ed25519", "key_id": key.id, "signature": secret.sign(manifest).hex()}
    public = PacketKey(key.id, secret.public_key().public_bytes_raw(), now)
    return manifest, orjson.dumps(signature, option=orjson.OPT_SORT_KEYS), public


def _chain(packet_id: UUID, digests: Sequence[str]) -> str:
    """Over the digests of the entries in their order: none can be left out, added or moved."""
    head = hashlib.sha256(str(packet_id).encode()).digest()
    for digest in digests:
        head = hashlib.sha256(head + bytes.fromhex(digest)).digest()
    return head.hex()
