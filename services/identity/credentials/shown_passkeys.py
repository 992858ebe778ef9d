"""Which passkeys a login asks for: as many for every phone, so that nobody learns who has an account or a passkey (V6).

Real ids are filled up with invented ones that are the same each time for a phone. A device passes over ids it does not
know; to an onlooker they look like those of several makes of authenticators."""

import hashlib
from collections.abc import Sequence
from typing import Final

from services.identity.domain.passkeys import Passkey
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

SHOWN: Final = 8
_LENGTHS: Final = (16, 20, 32, 32, 48, 64)


def shown_passkeys(phone: str, passkeys: Sequence[Passkey], keyring: Keyring) -> list[bytes]:
    """Exactly SHOWN credential ids in an order that tells nothing; of more real ones the first."""
    real = [one.credential_id for one in passkeys if one.suspected_at is None][:SHOWN]
    invented = [_invented(phone, slot, keyring) for slot in range(SHOWN - len(real))]
    return sorted([*real, *invented])


def _invented(phone: str, slot: int, keyring: Keyring) -> bytes:
    seed = blind_index(keyring, "index_contact", "passkey.invented", f"{phone}/{slot}")
    return hashlib.shake_256(seed).digest(_LENGTHS[seed[0] % len(_LENGTHS)])
