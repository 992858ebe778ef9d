"""An authenticator in software: real keys, real signatures, CBOR written by hand, and every lie a test needs.

It speaks as a browser does (`PublicKeyCredential.toJSON()`), independent of the library that judges it."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Algorithm = Literal["ES256", "EdDSA"]
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The other way round."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: Any) -> bytes:
    """Integers, byte strings, texts and maps (RFC 8949), as many as an authenticator needs."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    size = 1 if number < 0x100 else 2
    return bytes([major << 5 | 23 + size]) + number.to_bytes(size, "big")


@dataclass(slots=True)
class SoftAuthenticator:
    """One device with at most one passkey. `counts`: whether its counter moves; some makes always say 0."""

    algorithm: Algorithm = "ES256"
    origin: str = ""
    counts: bool = True
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    sign_count: int = 0
    user_handle: bytes = b""
    _key: Any = None

    def __post_init__(self) -> None:
        """A key pair of its own."""
        made = ec.generate_private_key(ec.SECP256R1()) if self.algorithm == "ES256" else Ed25519PrivateKey.generate()
        self._key = made

    @property
    def public_key(self) -> bytes:
        """The public half as COSE, as a server keeps it."""
        return cbor(self._cose())

    def create(self, options: Any, **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` gives for these options. Lies as in `get`, and `made_id` for the id in
        what was made."""
        self.user_handle = decoded(options["user"]["id"])
        client = self._client("webauthn.create", options, lies)
        made_id: bytes = lies.get("made_id", self.credential_id)
        attested = bytes(16) + len(made_id).to_bytes(2, "big") + made_id + self.public_key
        data = self._data(options["rp"]["id"], _ATTESTED, lies) + attested
        made = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential({"clientDataJSON": encoded(client), "attestationObject": encoded(made)})

    def get(self, options: Any, **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` gives for these options. Lies: `origin`, `party`, `challenge`, `kind`,
        `verified`, `present`, `framed`, `user_handle`, `sign_count`, and `signature` for another than the real one."""
        client = self._client("webauthn.get", options, lies)
        if self.counts and "sign_count" not in lies:
            self.sign_count += 1
        data = self._data(options["rpId"], 0, lies)
        signature = lies.get("signature") or self._sign(data + hashlib.sha256(client).digest())
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
        }
        if handle := lies.get("user_handle", self.user_handle):
            response["userHandle"] = encoded(handle)
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        own = encoded(self.credential_id)
        return {
            "id": own,
            "rawId": own,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client(self, kind: str, options: Any, lies: dict[str, Any]) -> bytes:
        said = {
            "type": lies.get("kind", kind),
            "challenge": lies.get("challenge", options["challenge"]),
            "origin": lies.get("origin", self.origin),
            "crossOrigin": lies.get("framed", False),
        }
        return json.dumps(said).encode()

    def _data(self, party: str, flags: int, lies: dict[str, Any]) -> bytes:
        flags |= _PRESENT if lies.get("present", True) else 0
        flags |= _VERIFIED if lies.get("verified", self.verifies) else 0
        count: int = lies.get("sign_count", self.sign_count)
        return hashlib.sha256(lies.get("party", party).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        if isinstance(self._key, Ed25519PrivateKey):
            return {1: 1, 3: -8, -1: 6, -2: self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _sign(self, message: bytes) -> bytes:
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(message)
        signature: bytes = self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return signature
