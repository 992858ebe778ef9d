"""Keyed hashes for looking up sealed values. ID numbers (2^37) and mobiles (2^32) are few enough to be guessed from
any unkeyed hash, so the key is separate per field (V48)."""

import hashlib
import hmac
import re
import unicodedata

from shared.security.keyring import Keyring

_SPACE = re.compile(r"\s+")


def normalise(value: str) -> str:
    """NFKC, upper case, no white space, every kind of dot as `·`, +86 and 0086 cut off."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", value)).upper()
    for dot in ".•・‧":
        text = text.replace(dot, "·")
    return re.sub(r"^(?:\+86|0086)(?=1\d{10}$)", "", text)


def blind_index(keyring: Keyring, data_class: str, field: str, value: str) -> bytes:
    """32 bytes, equal for equal normalised values of the same field."""
    secret = keyring.active(data_class).secret
    return hmac.new(secret, f"{field}\0{normalise(value)}".encode(), hashlib.sha256).digest()
