"""Table known_declaration: which declarations hold a binding; newer versions replace older ones. One that holds a
binding which is not there is disputed until that is settled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.institution.domain.binding import KnownDeclaration
from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT declaration_id AS id FROM known_declaration"
"""What is known of it, to compare with what was told (M11)."""
# A binding that was moved to a successor stays held by what was declared at the institution it came from.
_SELECT_HOLDING: Final = """
SELECT d.state, d.cycle_year FROM known_declaration d
WHERE d.person_id = $1 AND d.state <> 'closed' AND (d.institution_id = $2 OR EXISTS (
    SELECT FROM binding m
    WHERE m.person_id = $1 AND m.institution_id = d.institution_id AND m.end_event = 'move'))
"""
# A final word holds for a provisional filing that came before it, in whichever order the two are heard.
_COUNT_UNFINISHED: Final = """
SELECT cycle_year, count(*) AS number FROM known_declaration
WHERE institution_id = $1 AND (state IN ('submitted', 'approved')
    OR state = 'filed' AND provisional_at IS NOT NULL AND (judged_at IS NULL OR judged_at < provisional_at))
GROUP BY cycle_year
"""
_UPSERT: Final = """
INSERT INTO known_declaration AS known (declaration_id, version, person_id, institution_id, cycle_year, state,
    provisional_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (declaration_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id,
    institution_id = excluded.institution_id, cycle_year = excluded.cycle_year, state = excluded.state,
    provisional_at = excluded.provisional_at, disputed_at = NULL
WHERE known.version < excluded.version
"""
_UPDATE_JUDGED: Final = "UPDATE known_declaration SET judged_at = greatest(judged_at, $2) WHERE declaration_id = $1"
_UPDATE_DISPUTED: Final = "UPDATE known_declaration SET disputed_at = $2 WHERE declaration_id = $1"
_UPDATE_UNSETTLED: Final = "UPDATE known_declaration SET disputed_at = 'infinity' WHERE declaration_id = $1"
_LOCK_DISPUTED: Final = """
SELECT declaration_id, person_id, institution_id, state, cycle_year FROM known_declaration
WHERE disputed_at <= $1 ORDER BY disputed_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_COUNT_UNSETTLED: Final = "SELECT count(*) FROM known_declaration WHERE disputed_at = 'infinity'"

State = Literal["submitted", "approved", "filed", "closed"]


@dataclass(frozen=True, slots=True)
class Disputed:
    """A declaration that came when its binding had ended."""

    declaration_id: UUID
    person_id: UUID
    institution_id: UUID
    state: State
    cycle_year: int


async def select_holding(reader: Reader, person_id: UUID, institution_id: UUID) -> list[KnownDeclaration]:
    """The person's declarations at an institution that are submitted, approved or filed."""
    rows = await reader.fetch(_SELECT_HOLDING, person_id, institution_id)
    return [KnownDeclaration(row["state"], row["cycle_year"]) for row in rows]


async def count_unfinished(reader: Reader, institution_id: UUID) -> dict[int, int]:
    """Exam year to how many declarations there wait for review, for filing, or for the
    end of a provisional year."""
    return {row["cycle_year"]: row["number"] for row in await reader.fetch(_COUNT_UNFINISHED, institution_id)}


async def upsert(
    tx: Transaction,
    declaration_id: UUID,
    version: int,
    person_id: UUID,
    institution_id: UUID,
    cycle_year: int,
    state: State,
    provisional_at: datetime | None,
) -> bool:
    """Learn a declaration's state, and since when it is filed provisionally; False when something newer is known."""
    touched = await tx.execute(
        _UPSERT, declaration_id, version, person_id, institution_id, cycle_year, state, provisional_at
    )
    return touched == 1


async def update_judged(tx: Transaction, declaration_id: UUID, at: datetime) -> bool:
    """Remember when the institution said at last whether the person passed; False for one that is not known."""
    return await tx.execute(_UPDATE_JUDGED, declaration_id, at) == 1


async def update_disputed(tx: Transaction, declaration_id: UUID, at: datetime | None) -> None:
    """Remember since when its binding is missed; None when that is settled."""
    await tx.execute(_UPDATE_DISPUTED, declaration_id, at)


async def update_unsettled(tx: Transaction, declaration_id: UUID) -> None:
    """Nothing can be done about it here; its next step asks again."""
    await tx.execute(_UPDATE_UNSETTLED, declaration_id)


async def lock_disputed(tx: Transaction, until: datetime, limit: int) -> list[Disputed]:
    """The oldest disputes that began until then."""
    return [Disputed(**dict(row)) for row in await tx.fetch(_LOCK_DISPUTED, until, limit)]


async def count_unsettled(reader: Reader) -> int:
    """Declarations whose binding is gone for good."""
    return int(await reader.fetchval(_COUNT_UNSETTLED))
