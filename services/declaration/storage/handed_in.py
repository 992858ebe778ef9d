"""Opening a snapshot that came with a larger row, without a statement of its own."""

from uuid import UUID

import orjson

from services.declaration.storage.declarations import DATA_CLASS
from services.declaration.storage.snapshots import Snapshot, place
from shared.security.keyring import Keyring
from shared.security.sealing import unseal


def open_handed_in(keyring: Keyring, declaration_id: UUID, submission: int, sealed: bytes) -> Snapshot:
    """What was submitted for the `submission`-th time. Raises SealBroken."""
    return Snapshot(orjson.loads(unseal(keyring, DATA_CLASS, place(declaration_id, submission), sealed)))
