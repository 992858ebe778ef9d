"""Reasons a reviewer gives: codes of the catalogue in clear, pointers and texts sealed (they may name people)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import orjson

from services.declaration.storage.declarations import DATA_CLASS, Declaration
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class GivenReason:
    """One reason; `pointer` says which field of the content is meant, empty for the whole."""

    pointer: str
    code: str
    text: str


def seal_reasons(keyring: Keyring, declaration: Declaration, reasons: Sequence[GivenReason]) -> bytes:
    """For the timeline entry that follows the locked declaration's version."""
    place = _place(declaration.id, declaration.version + 1)
    return seal(keyring, DATA_CLASS, place, orjson.dumps([asdict(one) for one in reasons]))


def open_reasons(keyring: Keyring, declaration_id: UUID, version: int, sealed: bytes | None) -> list[GivenReason]:
    """What was written at that step of the timeline. Raises SealBroken."""
    if sealed is None:
        return []
    return [
        GivenReason(**one) for one in orjson.loads(unseal(keyring, DATA_CLASS, _place(declaration_id, version), sealed))
    ]


def distinct_codes(reasons: Sequence[GivenReason]) -> list[str]:
    """The codes, each once, in the order given."""
    return list(dict.fromkeys(one.code for one in reasons))


def _place(declaration_id: UUID, version: int) -> str:
    return f"declaration_event.reasons:{declaration_id}/{version}"
