"""The exempt_choice table: who declares on another channel (A17). The document itself travels sealed in the event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.exempt_channel import ExemptKind
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_UPSERT: Final = """
INSERT INTO exempt_choice (person_id, kind, chosen_at, exam_site_id, name_masked, document_no_masked)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id) DO UPDATE SET kind = excluded.kind, chosen_at = excluded.chosen_at, withdrawn_at = NULL,
    exam_site_id = excluded.exam_site_id, name_masked = excluded.name_masked,
    document_no_masked = excluded.document_no_masked
"""
_WITHDRAW: Final = "UPDATE exempt_choice SET withdrawn_at = $2 WHERE person_id = $1 AND withdrawn_at IS NULL"
_DELETE_OF: Final = "DELETE FROM exempt_choice WHERE person_id = $1"
_DELETE_OLD: Final = "DELETE FROM exempt_choice WHERE withdrawn_at < $1"
_COLUMNS: Final = "person_id, kind, chosen_at, exam_site_id, name_masked, document_no_masked"
_SELECT: Final = f"SELECT {_COLUMNS} FROM exempt_choice WHERE person_id = $1 AND withdrawn_at IS NULL"
# $1 is the node of who looks: the exam site itself, or a body above it.
_BELOW: Final = """withdrawn_at IS NULL AND exam_site_id IN (
    SELECT k.scope_id FROM known_scope k WHERE k.path @> ARRAY[$1::uuid])"""
_SELECT_BELOW: Final = f"SELECT {_COLUMNS} FROM exempt_choice WHERE {_BELOW} AND person_id = $2"
_SELECT_PAGE: Final = f"""
SELECT {_COLUMNS} FROM exempt_choice
WHERE {_BELOW} AND ($2::uuid IS NULL OR exam_site_id = $2)
  AND ($3::uuid IS NULL OR person_id > $3)
ORDER BY person_id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class ExemptChoice:
    """A choice that stands. The last three are known where the platform hosts the proofs."""

    person_id: UUID
    kind: ExemptKind
    chosen_at: datetime
    exam_site_id: UUID | None = None
    name_masked: str | None = None
    document_no_masked: str | None = None


async def upsert(tx: Transaction, choice: ExemptChoice) -> None:
    """Choose, or choose again."""
    await tx.execute(
        _UPSERT,
        choice.person_id,
        choice.kind,
        choice.chosen_at,
        choice.exam_site_id,
        choice.name_masked,
        choice.document_no_masked,
    )


async def update_withdrawn(tx: Transaction, person_id: UUID, at: datetime) -> bool:
    """Take the choice back; False when there was none."""
    return await tx.execute(_WITHDRAW, person_id, at) == 1


async def select(reader: Reader, person_id: UUID) -> ExemptChoice | None:
    """The choice that stands, or None."""
    row = await reader.fetchrow(_SELECT, person_id)
    return None if row is None else ExemptChoice(**dict(row))


async def select_below(reader: Reader, node: UUID, person_id: UUID) -> ExemptChoice:
    """A choice with an exam site in or below the node. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT_BELOW, node, person_id)) is None:
        raise NotFound
    return ExemptChoice(**dict(row))


async def select_page_below(
    reader: Reader, node: UUID, site: UUID | None, after: UUID | None, limit: int
) -> list[ExemptChoice]:
    """Choices with an exam site in or below the node, in the order of the people's registration, after a person."""
    return [ExemptChoice(**dict(row)) for row in await reader.fetch(_SELECT_PAGE, node, site, after, limit)]


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget what a person chose."""
    await tx.execute(_DELETE_OF, person_id)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget choices taken back before a moment."""
    return await tx.execute(_DELETE_OLD, before)
