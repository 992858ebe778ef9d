"""Sealed fields: AEAD under the key of a data class, with the place the value belongs to as associated data, so that
a ciphertext moved to another row or column does not open (V46). Envelope, version 1:
1 byte version | 1 byte algorithm | 1 byte length of key id | key id | 12 bytes nonce | ciphertext and tag."""

import base64
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.base import Cipher
from cryptography.hazmat.primitives.ciphers.modes import GCM

from shared.security.keyring import Key, Keyring

_VERSION = 1
_NONCE = 12


class SealBroken(RuntimeError):
    """The ciphertext was altered, or does not belong where it was found."""


class _Sm4Gcm:
    """SM4-GCM (GB/T 32907) with the interface of the AEAD classes."""

    def __init__(self, secret: bytes) -> None:
        self._algorithm = SM4(secret[:16])

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        decryptor = Cipher(self._algorithm, GCM(nonce, data[-16:])).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(data[:-16]) + decryptor.finalize()


ALGORITHMS: dict[str, tuple[int, Callable[[bytes], Any]]] = {
    "AES-256-GCM": (1, AESGCM),
    "AES-256-GCM-SIV": (2, AESGCMSIV),
    "SM4-GCM": (3, _Sm4Gcm),
}
_BY_NUMBER = dict(ALGORITHMS.values())


@lru_cache(maxsize=64)
def _cipher(number: int, secret: bytes) -> Any:
    """A key made ready once: its schedule costs more than sealing a short field."""
    return _BY_NUMBER[number](secret)


def seal(keyring: Keyring, data_class: str, place: str, value: bytes) -> bytes:
    """Encrypt `value` for `place` (e.g. "person.full_name:<row id>")."""
    key = keyring.active(data_class)
    number, _ = ALGORITHMS[key.algorithm]
    header = bytes((_VERSION, number, len(key.id))) + key.id.encode()
    return encrypt(_cipher(number, key.secret), header, place, value)


def unseal(keyring: Keyring, data_class: str, place: str, envelope: bytes) -> bytes:
    """Decrypt what `seal` made for the same place. Raises SealBroken, KeyMissing."""
    number, key, end = read_header(keyring, data_class, envelope, _VERSION)
    return decrypt(_cipher(number, key.secret), envelope, end, place)


def encrypt(cipher: Any, header: bytes, place: str, value: bytes) -> bytes:
    """An envelope: the header, a fresh nonce, ciphertext and tag."""
    nonce = os.urandom(_NONCE)
    sealed: bytes = cipher.encrypt(nonce, value, header + place.encode())
    return header + nonce + sealed


def decrypt(cipher: Any, envelope: bytes, end: int, place: str) -> bytes:
    """What `encrypt` made for the same place; the header ends at `end`. Raises SealBroken."""
    nonce, body = envelope[end : end + _NONCE], envelope[end + _NONCE :]
    try:
        value: bytes = cipher.decrypt(nonce, body, envelope[:end] + place.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(f"does not open as {place.split(':', 1)[0]}") from None
    return value


def read_header(keyring: Keyring, data_class: str, envelope: bytes, version: int) -> tuple[int, Key, int]:
    """(number of the algorithm, key of the class, where the key's id ends). Raises SealBroken, KeyMissing."""
    if len(envelope) < 3 or envelope[1] not in _BY_NUMBER:
        raise SealBroken("not an envelope")
    if envelope[0] != version:
        raise SealBroken(f"envelope version {envelope[0]}")
    end = 3 + envelope[2]
    return envelope[1], keyring.find(data_class, envelope[3:end].decode()), end


def new_cipher(number: int, secret: bytes) -> Any:
    """A cipher that is used once or twice: of the many keys of subjects none is kept ready."""
    return _BY_NUMBER[number](secret)


def key_id_of(envelope: bytes) -> str:
    """The id of the key that sealed it, read from the first bytes. Raises SealBroken."""
    try:
        return envelope[3 : 3 + envelope[2]].decode()
    except (IndexError, ValueError):
        raise SealBroken("not an envelope") from None


def seal_text(keyring: Keyring, data_class: str, place: str, value: str) -> bytes:
    """`seal` for text, as stored in a bytea column."""
    return seal(keyring, data_class, place, value.encode())


def unseal_text(keyring: Keyring, data_class: str, place: str, envelope: bytes) -> str:
    """`unseal` for text."""
    return unseal(keyring, data_class, place, envelope).decode()


def seal_for_event(keyring: Keyring, data_class: str, place: str, value: str) -> str:
    """`seal` for a field of an event: base64 text. `place` is "<event type>.<field>:<aggregate id>"."""
    return base64.b64encode(seal(keyring, data_class, place, value.encode())).decode()


def unseal_from_event(keyring: Keyring, data_class: str, place: str, sealed: str) -> str:
    """Open what `seal_for_event` made."""
    try:
        envelope = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise SealBroken("not base64") from None
    return unseal(keyring, data_class, place, envelope).decode()
