"""Random codes: six digits for the phone (V1), longer secrets for invitations (V12), and their keyed hashes (V8)."""

import secrets
from uuid import UUID

from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

# No 0 O 1 I L: read from a message and typed by people.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_SECRET_LENGTH = 12


def new_code() -> str:
    """Six digits, each value equally likely."""
    return f"{secrets.randbelow(1_000_000):06}"


def code_mac(keyring: Keyring, challenge_id: UUID, purpose: str, phone: str, code: str) -> bytes:
    """Binds a code to its challenge, purpose and phone: none of them can be exchanged."""
    return blind_index(keyring, "index_contact", "login_challenge.code", f"{challenge_id}/{purpose}/{phone}/{code}")


def new_secret() -> str:
    """An invitation secret of about 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))


def secret_mac(keyring: Keyring, secret: str) -> bytes:
    """The keyed hash of an invitation secret; blanks and lower case do not matter."""
    return blind_index(keyring, "index_contact", "staff_invitation.secret", secret)
