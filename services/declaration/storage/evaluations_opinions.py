"""Table supervisor_opinion: what each supervisor says of a probation, and whether that supervisor signed it off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationState, check_hears_supervisors
from services.declaration.domain.evaluation_errors import OpinionAlreadySigned
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text

_LOCK_SUBJECT: Final = """
SELECT state, supervisor_ids FROM evaluation WHERE id = $1 AND institution_id = $2 FOR NO KEY UPDATE
"""
_SELECT_IS_OF: Final = "SELECT EXISTS (SELECT FROM evaluation WHERE id = $1 AND institution_id = $2)"
# Words that are written anew are not the words that were signed.
_UPSERT: Final = """
INSERT INTO supervisor_opinion AS o (id, evaluation_id, supervisor_id, version, opinion, written_by, written_at)
VALUES ($1, $2, $3, 1, $4, $5, $6)
ON CONFLICT ON CONSTRAINT uq__supervisor_opinion__evaluation_id_supervisor_id DO UPDATE
SET version = o.version + 1, opinion = excluded.opinion, written_by = excluded.written_by,
    written_at = excluded.written_at, sign_check = NULL, sign_until = NULL, signed_by = NULL, signed_at = NULL
"""
_SELECT: Final = """
SELECT o.id, o.evaluation_id, o.supervisor_id, o.version, o.opinion, o.written_at, o.sign_check, o.sign_until,
       o.signed_by, o.signed_at, e.state AS evaluation_state, e.person_id, e.institution_id,
       i.name AS institution_name, p.name_masked
FROM supervisor_opinion o
JOIN evaluation e ON e.id = o.evaluation_id
JOIN known_institution i ON i.institution_id = e.institution_id
JOIN known_person p ON p.person_id = e.person_id
"""
_SELECT_OF_EVALUATION: Final = f"{_SELECT} WHERE o.evaluation_id = $1 AND e.institution_id = $2 ORDER BY o.id"
_SELECT_ONE: Final = f"{_SELECT} WHERE o.id = $1"
_LOCK_ONE: Final = f"{_SELECT} WHERE o.id = $1 FOR UPDATE OF o"
_LOCK_IN_INSTITUTION: Final = f"""
{_SELECT} WHERE o.evaluation_id = $1 AND o.supervisor_id = $2 AND e.institution_id = $3 FOR UPDATE OF o
"""
_UPDATE_ASKED: Final = "UPDATE supervisor_opinion SET sign_check = $2, sign_until = $3 WHERE id = $1"
_UPDATE_SIGNED: Final = """
UPDATE supervisor_opinion SET signed_by = $2, signed_at = $3, sign_check = NULL, sign_until = NULL,
    version = version + 1
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion; `opinion` is sealed, `sign_check` the hash of the code that lets its supervisor sign until
    `sign_until`, `signed_by` the person who did. `person_id` is whom it is about, masked in `name_masked`."""

    id: UUID
    evaluation_id: UUID
    supervisor_id: UUID
    version: int
    opinion: bytes
    written_at: datetime
    sign_check: bytes | None
    sign_until: datetime | None
    signed_by: UUID | None
    signed_at: datetime | None
    evaluation_state: EvaluationState
    person_id: UUID
    institution_id: UUID
    institution_name: str
    name_masked: str

    def open_words(self, keyring: Keyring) -> str:
        """The words in clear. Raises SealBroken."""
        return unseal_text(keyring, "declaration", opinion_place(self.evaluation_id, self.supervisor_id), self.opinion)

    def check_signable(self) -> None:
        """Whether it waits for a signature. Raises EvaluationStepNotAllowed, OpinionAlreadySigned."""
        check_hears_supervisors(self.evaluation_state)
        if self.signed_by is not None:
            raise OpinionAlreadySigned


def opinion_place(evaluation_id: UUID, supervisor_id: UUID) -> str:
    """Where the sealed words belong."""
    return f"supervisor_opinion.opinion:{evaluation_id}/{supervisor_id}"


async def lock_subject(
    tx: Transaction, evaluation_id: UUID, institution_id: UUID | None
) -> tuple[EvaluationState, frozenset[UUID]] | None:
    """State of a unit's evaluation and who guides, locked; None when it is not the unit's."""
    row = await tx.fetchrow(_LOCK_SUBJECT, evaluation_id, institution_id)
    return None if row is None else (EvaluationState(row["state"]), frozenset(row["supervisor_ids"]))


async def upsert(
    tx: Transaction, evaluation_id: UUID, supervisor_id: UUID, sealed: bytes, by: UUID, at: datetime
) -> None:
    """Write it, or write it anew, which takes a signature away."""
    await tx.execute(_UPSERT, new_id(), evaluation_id, supervisor_id, sealed, by, at)


async def select_of_evaluation(reader: Reader, evaluation_id: UUID, institution_id: UUID | None) -> list[Opinion]:
    """All about one evaluation of the unit. Raises NotFound for others' ones."""
    if not await reader.fetchval(_SELECT_IS_OF, evaluation_id, institution_id):
        raise NotFound
    return [_opinion(row) for row in await reader.fetch(_SELECT_OF_EVALUATION, evaluation_id, institution_id)]


async def select_one(reader: Reader, opinion_id: UUID) -> Opinion | None:
    """For who has its code: check it."""
    row = await reader.fetchrow(_SELECT_ONE, opinion_id)
    return None if row is None else _opinion(row)


async def lock_one(tx: Transaction, opinion_id: UUID) -> Opinion | None:
    """The same, locked."""
    row = await tx.fetchrow(_LOCK_ONE, opinion_id)
    return None if row is None else _opinion(row)


async def lock_in_institution(
    tx: Transaction, evaluation_id: UUID, supervisor_id: UUID, institution_id: UUID | None
) -> Opinion | None:
    """One of the unit, locked."""
    row = await tx.fetchrow(_LOCK_IN_INSTITUTION, evaluation_id, supervisor_id, institution_id)
    return None if row is None else _opinion(row)


async def update_asked(tx: Transaction, opinion_id: UUID, check: bytes, until: datetime) -> None:
    """Only the newest code counts."""
    await tx.execute(_UPDATE_ASKED, opinion_id, check, until)


async def update_signed(tx: Transaction, opinion_id: UUID, by: UUID, at: datetime) -> None:
    """Signed; the code is used up."""
    await tx.execute(_UPDATE_SIGNED, opinion_id, by, at)


def _opinion(row: Row) -> Opinion:
    return Opinion(**dict(row) | {"evaluation_state": EvaluationState(row["evaluation_state"])})
