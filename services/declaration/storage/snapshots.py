"""Rows of `declaration_snapshot`: what was handed in each time, sealed, never changed (4.4)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.declaration.domain.content import CONTENT, Content
from services.declaration.storage.declarations import DATA_CLASS
from shared.contracts.identity import PersonIdentity
from shared.errors import NotFound
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal

_SELECT: Final = """
SELECT submission, content FROM declaration_snapshot WHERE declaration_id = $1 AND submission = $2
"""
_SELECT_VERSION: Final = """
SELECT version FROM declaration_snapshot WHERE declaration_id = $1 AND submission = $2
"""
# The submissions of a unit are those handed in to it; others of the same declaration are another unit's to see.
_SELECT_LAST_OF_UNIT: Final = """
SELECT max(submission) FROM declaration_snapshot
WHERE declaration_id = $1 AND institution_id = $2 AND submission <= $3
"""
_SELECT_MOVED_IN: Final = """
SELECT min(s.submitted_at) FROM declaration_snapshot s
WHERE s.declaration_id = $1 AND s.submission > coalesce((
    SELECT max(o.submission) FROM declaration_snapshot o WHERE o.declaration_id = $1 AND o.institution_id <> $2), 0)
"""


class Snapshot:
    """One submission in clear: who, what, which files, and how it was judged."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.identity = PersonIdentity.model_validate(data["identity"])
        self.content: Content = CONTENT.validate_python(data["content"])
        self.choice: dict[str, str] | None = data.get("choice")
        """Level, category and route; None in submissions from before they were kept here."""
        self.document_ids = [UUID(one) for one in data["documents"]]
        self.months: int = data["months"]
        self.days: int = data["days"]
        self.allowed_by: list[str] = data["allowed_by"]
        self.warnings: list[str] = data["warnings"]


def place(declaration_id: UUID, submission: int) -> str:
    """Where the sealed snapshot belongs."""
    return f"declaration_snapshot.content:{declaration_id}/{submission}"


def seal_snapshot(keyring: Keyring, declaration_id: UUID, submission: int, data: dict[str, Any]) -> bytes:
    """For the column. `identity` and `content` may come as orjson.Fragment of JSON that is at hand already."""
    return seal(keyring, DATA_CLASS, place(declaration_id, submission), orjson.dumps(data))


async def select(reader: Reader, keyring: Keyring, declaration_id: UUID, submission: int) -> Snapshot:
    """Access to the declaration was checked by its own select. Raises NotFound, SealBroken."""
    if (row := await reader.fetchrow(_SELECT, declaration_id, submission)) is None:
        raise NotFound
    return Snapshot(orjson.loads(unseal(keyring, DATA_CLASS, place(declaration_id, submission), row["content"])))


async def select_version(reader: Reader, declaration_id: UUID, submission: int) -> int:
    """The version of the declaration that a submission made. Raises NotFound."""
    version: int | None = await reader.fetchval(_SELECT_VERSION, declaration_id, submission)
    if version is None:
        raise NotFound
    return version


async def select_last_of_unit(reader: Reader, declaration_id: UUID, institution_id: UUID, up_to: int) -> int | None:
    """The last submission to a unit that is no later than the one given; None where there was none."""
    found: int | None = await reader.fetchval(_SELECT_LAST_OF_UNIT, declaration_id, institution_id, up_to)
    return found


async def select_moved_in(reader: Reader, declaration_id: UUID, institution_id: UUID) -> datetime | None:
    """Since when everything was handed in to this unit and no other."""
    found: datetime | None = await reader.fetchval(_SELECT_MOVED_IN, declaration_id, institution_id)
    return found
