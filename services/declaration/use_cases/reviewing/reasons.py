"""Reasons a reviewer gives: codes of the catalogue in clear, pointers and texts sealed (they may name people)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Protocol
from uuid import UUID

import orjson

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.declaration import Action
from services.declaration.domain.review_reasons import GivenReason, Handed
from services.declaration.storage import snapshots
from services.declaration.storage.declarations import DATA_CLASS, Declaration
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal


class Versioned(Protocol):
    """A declaration as it was locked."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


def seal_reasons(keyring: Keyring, declaration: Versioned, reasons: Sequence[GivenReason]) -> bytes:
    """For the timeline entry that follows the locked declaration's version."""
    place = _place(declaration.id, declaration.version + 1)
    return seal(keyring, DATA_CLASS, place, orjson.dumps([asdict(one) for one in reasons]))


def open_reasons(keyring: Keyring, declaration_id: UUID, version: int, sealed: bytes | None) -> list[GivenReason]:
    """What was written at that step of the timeline. Raises SealBroken."""
    if sealed is None:
        return []
    written = orjson.loads(unseal(keyring, DATA_CLASS, _place(declaration_id, version), sealed))
    return [_reason(**one) for one in written]


async def require_reasons(
    reader: Reader,
    declaration: Declaration,
    action: Action,
    given: Sequence[GivenReason],
    *,
    keyring: Keyring,
    catalogue: Catalogue,
) -> None:
    """Reasons of the catalogue that point at something of the submission. Raises ReasonRequired, ReasonsIncomplete."""
    snapshot = await snapshots.select(reader, keyring, declaration.id, declaration.submission)
    content = snapshot.content.model_dump(mode="json")
    handed = Handed(content, frozenset(snapshot.document_ids), frozenset(catalogue.document_kinds))
    catalogue.require_reasons(action.value, given, handed)


def distinct_codes(reasons: Sequence[GivenReason]) -> list[str]:
    """The codes, each once, in the order given."""
    return list(dict.fromkeys(one.code for one in reasons))


def _reason(pointer: str, code: str, text: str, document_id: str | None = None) -> GivenReason:
    return GivenReason(pointer, code, text, None if document_id is None else UUID(document_id))


def _place(declaration_id: UUID, version: int) -> str:
    return f"declaration_event.reasons:{declaration_id}/{version}"
