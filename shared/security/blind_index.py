"""Keyed hashes for looking up sealed values. ID numbers (2^37) and mobiles (2^32) are few enough to be guessed from
any unkeyed hash, so the key is separate per field (V48). While a key is being replaced a value has one hash per key:
what is written is the active key's, what is looked for is any of them."""

import hmac
import re
import unicodedata

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from shared.postgres.transaction import Transaction
from shared.security.keyring import Key, Keyring

_SPACE = re.compile(r"\s+")
_LOCK = "SELECT pg_advisory_xact_lock($1)"


class BlindIndex(bytes):
    """The hash under the active key, as it is stored; `earlier` are those under the older keys of the ring."""

    earlier: tuple[bytes, ...] = ()

    @property
    def known(self) -> list[bytes]:
        """Every form in which the value may be stored; for `column = ANY($n)`."""
        return [bytes(self), *self.earlier]

    def matches(self, stored: bytes) -> bool:
        """Whether a stored hash is one of this value, compared in constant time."""
        return any(hmac.compare_digest(form, stored) for form in self.known)


def normalise(value: str) -> str:
    """NFKC, upper case, no white space, every kind of dot as `·`, +86 and 0086 cut off."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", value)).upper()
    for dot in ".•・‧":
        text = text.replace(dot, "·")
    return re.sub(r"^(?:\+86|0086)(?=1\d{10}$)", "", text)


def exact(value: str) -> str:
    """What to index of a value in which upper and lower case differ: its bytes in hexadecimal."""
    return value.encode().hex()


def blind_index(keyring: Keyring, data_class: str, field: str, value: str) -> BlindIndex:
    """32 bytes, equal for equal normalised values of the same field."""
    message = f"{field}\0{normalise(value)}".encode()
    index = BlindIndex(keyed_hash(keyring.active(data_class), message))
    if others := keyring.others(data_class):
        index.earlier = tuple(keyed_hash(key, message) for key in others)
    return index


async def lock_value(tx: Transaction, index: BlindIndex, *, always: bool = False) -> None:
    """Be the only one who gives this value away, until commit. Under one key the unique index sees to that alone; under
    several it can not, and everybody who knows the same keys meets at the smallest of the hashes. `always`: also under
    one key, where the loser should find the winner's row instead of failing."""
    if always or index.earlier:
        await tx.fetchval(_LOCK, int.from_bytes(min(index.known)[:8], "big", signed=True))


def keyed_hash(key: Key, message: bytes) -> bytes:
    """HMAC with SM3 (GB/T 32905) where the key was made for an SM algorithm, else with SHA-256 (V49)."""
    mac = HMAC(key.secret, hashes.SM3() if key.algorithm.startswith("SM") else hashes.SHA256())
    mac.update(message)
    return mac.finalize()
