"""Fields sealed for one subject: under a key made of the class's key and the subject's own secret. Either one alone
opens nothing, so that destroying the subject's secret destroys the field in every copy and backup (V58).
Envelope, version 2: as version 1 (shared.security.sealing), with 16 bytes of the subject's id after the key's id."""

import base64
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.security.keyring import Key, Keyring
from shared.security.sealing import ALGORITHMS, SealBroken, decrypt, encrypt, new_cipher, read_header, unseal

_VERSION = 2
_SUBJECT = 16
_PURPOSE = b"tiro.subject"


async def seal_for(keyring: Keyring, subject: UUID, data_class: str, place: str, value: bytes) -> bytes:
    """Encrypt `value` for `place` so that it opens only as long as the subject's key exists. Raises SubjectErased."""
    key = keyring.active(data_class)
    number, _ = ALGORITHMS[key.algorithm]
    header = bytes((_VERSION, number, len(key.id))) + key.id.encode() + subject.bytes
    return encrypt(_cipher(number, key, await keyring.subjects.take(subject)), header, place, value)


async def open_sealed(keyring: Keyring, data_class: str, place: str, envelope: bytes) -> bytes:
    """Decrypt what `seal_for` made for the same place, or what `seal` made before there were keys of subjects. Raises
    SubjectErased, SealBroken, KeyMissing."""
    if envelope[:1] != bytes((_VERSION,)):
        return unseal(keyring, data_class, place, envelope)
    number, key, end = read_header(keyring, data_class, envelope, _VERSION)
    subject = subject_of(envelope)
    if subject is None:
        raise SealBroken("not an envelope")
    cipher = _cipher(number, key, await keyring.subjects.find(subject))
    return decrypt(cipher, envelope, end + _SUBJECT, place)


def subject_of(envelope: bytes) -> UUID | None:
    """Whose key a value needs; None where the key of its class alone opens it."""
    if len(envelope) < 3 or envelope[0] != _VERSION:
        return None
    end = 3 + envelope[2]
    found = envelope[end : end + _SUBJECT]
    return UUID(bytes=found) if len(found) == _SUBJECT else None


async def seal_text_for(keyring: Keyring, subject: UUID, data_class: str, place: str, value: str) -> bytes:
    """`seal_for` for text, as stored in a bytea column."""
    return await seal_for(keyring, subject, data_class, place, value.encode())


async def open_text(keyring: Keyring, data_class: str, place: str, envelope: bytes) -> str:
    """`open_sealed` for text."""
    return (await open_sealed(keyring, data_class, place, envelope)).decode()


async def seal_event_for(keyring: Keyring, subject: UUID, data_class: str, place: str, value: str) -> str:
    """`seal_for` for a field of an event: base64 text, at "<event type>.<field>:<aggregate id>"."""
    return base64.b64encode(await seal_for(keyring, subject, data_class, place, value.encode())).decode()


async def open_from_event(keyring: Keyring, data_class: str, place: str, sealed: str) -> str:
    """Open a field of an event, sealed for a subject or not."""
    try:
        envelope = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise SealBroken("not base64") from None
    return await open_text(keyring, data_class, place, envelope)


def _cipher(number: int, key: Key, secret: bytes) -> Any:
    algorithm = hashes.SM3() if key.algorithm.startswith("SM") else hashes.SHA256()
    return new_cipher(number, HKDF(algorithm, 32, None, _PURPOSE).derive(key.secret + secret))
