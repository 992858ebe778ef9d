"""The exam body sends a list back with reasons, line by line where it can (4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from services.declaration.domain.filing_errors import LineUnknown
from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import qualified_lists
from services.declaration.use_cases.filing.locked_step import lock_filing_for, publish, record_step
from shared.actor import Actor
from shared.contracts.declaration_filing import QualifiedListReturned
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """Why the list comes back; `line` None means the list as a whole. `text` may name people and is sealed."""

    line: int | None
    code: str
    text: str


_REASONS: Final = TypeAdapter(tuple[ReturnReason, ...])


async def return_list(
    tx: Transaction,
    keyring: Keyring,
    list_id: UUID,
    reasons: Sequence[ReturnReason],
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> QualifiedList:
    """Return the list; its people stay on it until the institution discards it or opens the next edition.

    Raises NotFound, StaleVersion, ListStepNotAllowed, LineUnknown.
    """
    locked, after = await lock_filing_for(tx, list_id, expected_version, ListStep.RETURN, actor)
    for reason in reasons:
        if reason.line is not None and not 1 <= reason.line <= locked.entity.lines:
            raise LineUnknown(line=reason.line)
    codes = sorted({reason.code for reason in reasons})
    sealed = seal(keyring, "declaration", _place(list_id), _REASONS.dump_json(tuple(reasons)))
    version = await qualified_lists.update_returned(tx, list_id, codes, sealed, actor.id, now)
    record_step(tx, locked.entity, ListStep.RETURN, after, actor=actor, now=now, reason_codes=codes)
    publish(tx, QualifiedListReturned, locked.entity, version, now, reason_codes=codes)
    return replace(locked.entity, state=after, version=version)


def open_reasons(keyring: Keyring, list_id: UUID, sealed: bytes) -> tuple[ReturnReason, ...]:
    """The reasons that came back with a list."""
    return _REASONS.validate_json(unseal(keyring, "declaration", _place(list_id), sealed))


def _place(list_id: UUID) -> str:
    return f"qualified_list.return_reasons:{list_id}"
