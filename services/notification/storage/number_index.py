"""Phone numbers as keyed hashes: what is said of a number is kept without it."""

from typing import Final

from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring

CLASS: Final = "index_number"
"""The keys of it; every text that is sent or reported of needs them, and so does every search by a number."""


def number_index(keyring: Keyring, phone: str) -> BlindIndex:
    """The keyed hash of a mainland number. Raises KeyMissing."""
    return blind_index(keyring, CLASS, "phone", phone)
