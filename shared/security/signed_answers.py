"""Answers that prove whose they are: a detached JWS (RFC 7515, appendix F) over the bytes of a body, ES256, with a key
of the service's own that is derived from its keyring and rotates with it. Whoever holds the public keys checks it
without asking anybody."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.security.keyring import Key, Keyring

DATA_CLASS: Final = "answer_signing"
TYPE: Final = "tiro-answer"
_PURPOSE: Final = b"tiro.answers.es256"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256."""
_SCHEME: Final = ec.ECDSA(hashes.SHA256())


class SignatureWrong(ValueError):
    """The body, its header or the signature was altered, or no known key made it."""


@lru_cache(maxsize=8)
def _signing_key(key: Key) -> tuple[str, ec.EllipticCurvePrivateKey]:
    # 16 bytes more than the order has, so that no scalar is likelier than another (FIPS 186-5, A.2.1).
    wide = HKDF(hashes.SHA256(), 48, None, _PURPOSE).derive(key.secret)
    private = ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
    return _thumbprint(_coordinates(private.public_key())), private


def sign_answer(keyring: Keyring, claims: Mapping[str, object], body: bytes) -> str:
    """The signature for `body`: protected header, two dots, 64 bytes. `claims` stand in the header.

    Raises KeyMissing."""
    kid, private = _signing_key(keyring.active(DATA_CLASS))
    header = _encode(orjson.dumps({"alg": "ES256", "kid": kid, "typ": TYPE, **claims}))
    r, s = decode_dss_signature(private.sign(b"%s.%s" % (header, _encode(body)), _SCHEME))
    signature = _encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"{header.decode()}..{signature.decode()}"


def public_keys(keyring: Keyring) -> list[dict[str, str]]:
    """As JWK: the key that signs, and those that signed before. Raises KeyMissing."""
    keys = (keyring.active(DATA_CLASS), *keyring.others(DATA_CLASS))
    return [_jwk(_signing_key(key)[1].public_key()) for key in keys]


def check_answer(keys: Sequence[Mapping[str, Any]], signature: str, body: bytes) -> dict[str, Any]:
    """The protected header of an answer that is what it was. Raises SignatureWrong."""
    try:
        head, empty, tail = signature.encode("ascii").split(b".")
        header, signed = orjson.loads(_decode(head)), _decode(tail)
        if empty or len(signed) != 64 or (header["alg"], header["typ"]) != ("ES256", TYPE):
            raise SignatureWrong("not the signature of an answer")
        jwk = next(key for key in keys if key["kid"] == header["kid"])
        x, y = (int.from_bytes(_decode(jwk[axis].encode()), "big") for axis in ("x", "y"))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        pair = encode_dss_signature(int.from_bytes(signed[:32], "big"), int.from_bytes(signed[32:], "big"))
        public.verify(pair, b"%s.%s" % (head, _encode(body)), _SCHEME)
    except StopIteration:
        raise SignatureWrong("no key of this id is known") from None
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise SignatureWrong("the answer is not what was signed") from error
    return dict(header)


def _coordinates(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    x, y = (_encode(number.to_bytes(32, "big")).decode() for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def _thumbprint(coordinates: Mapping[str, str]) -> str:
    """RFC 7638."""
    return _encode(hashlib.sha256(orjson.dumps(coordinates, option=orjson.OPT_SORT_KEYS)).digest()).decode()


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    coordinates = _coordinates(public)
    return {**coordinates, "kid": _thumbprint(coordinates), "use": "sig", "alg": "ES256"}


def _encode(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _decode(value: bytes) -> bytes:
    return base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))
