"""Phone numbers as keyed hashes: what is said of a number is kept without it."""

from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring


def number_index(keyring: Keyring, phone: str) -> BlindIndex:
    """The keyed hash of a mainland number. Raises KeyMissing."""
    return blind_index(keyring, "index_number", "phone", phone)
