"""Rows of `known_supervisor`: the rosters of all institutions, learned from institution's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.declaration.domain.supervision import Supervisor
from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text

DATA_CLASS: Final = "person"

KNOWN: Final = "SELECT supervisor_id AS id FROM known_supervisor"
"""What is known of it, to compare with what was told (M11)."""
_UPSERT: Final = """
INSERT INTO known_supervisor AS known (supervisor_id, version, institution_id, name, practising_certificate_no,
                                       certificate_index, certificate_level, category_code, multi_site, active)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (supervisor_id) DO UPDATE
SET version = excluded.version, institution_id = excluded.institution_id, name = excluded.name,
    practising_certificate_no = excluded.practising_certificate_no, certificate_index = excluded.certificate_index,
    certificate_level = excluded.certificate_level, category_code = excluded.category_code,
    multi_site = excluded.multi_site, active = excluded.active
WHERE known.version < excluded.version
"""
_SELECT_MANY: Final = """
SELECT supervisor_id, institution_id, name, practising_certificate_no, certificate_level, category_code, multi_site,
       active
FROM known_supervisor WHERE supervisor_id = ANY ($1::uuid[])
"""
_SELECT_ROSTER: Final = """
SELECT supervisor_id, institution_id, name, practising_certificate_no, certificate_level, category_code, multi_site,
       active
FROM known_supervisor
WHERE institution_id = $1 AND active AND ($2::uuid IS NULL OR supervisor_id > $2) ORDER BY supervisor_id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class KnownSupervisor:
    """A supervisor on a roster with sealed name and number; `facts` are what 5.3 asks for."""

    facts: Supervisor
    name: bytes
    practising_certificate_no: bytes

    def open_name(self, keyring: Keyring) -> str:
        """The name in clear. Raises SealBroken."""
        return unseal_text(keyring, DATA_CLASS, place("name", self.facts.id), self.name)

    def open_certificate_no(self, keyring: Keyring) -> str:
        """The practising certificate number in clear. Raises SealBroken."""
        where = place("practising_certificate_no", self.facts.id)
        return unseal_text(keyring, DATA_CLASS, where, self.practising_certificate_no)


def place(column: str, supervisor_id: UUID) -> str:
    """Where a sealed column belongs."""
    return f"known_supervisor.{column}:{supervisor_id}"


async def upsert(tx: Transaction, supervisor: KnownSupervisor, version: int, certificate_index: bytes) -> None:
    """Newer wins."""
    facts = supervisor.facts
    await tx.execute(
        _UPSERT,
        facts.id,
        version,
        facts.institution_id,
        supervisor.name,
        supervisor.practising_certificate_no,
        certificate_index,
        facts.level,
        facts.category_code,
        facts.multi_site,
        facts.active,
    )


async def select_many(reader: Reader, supervisor_ids: Sequence[UUID]) -> dict[UUID, KnownSupervisor]:
    """Those of the ids that are known."""
    rows = await reader.fetch(_SELECT_MANY, list(supervisor_ids))
    return {row["supervisor_id"]: _supervisor(row) for row in rows}


async def select_roster(reader: Reader, institution_id: UUID, after: UUID | None, limit: int) -> list[KnownSupervisor]:
    """The active ones of one institution, in order of id."""
    return [_supervisor(row) for row in await reader.fetch(_SELECT_ROSTER, institution_id, after, limit)]


def _supervisor(row: Row) -> KnownSupervisor:
    facts = Supervisor(
        row["supervisor_id"],
        row["institution_id"],
        row["certificate_level"],
        row["category_code"],
        row["multi_site"],
        row["active"],
    )
    return KnownSupervisor(facts, row["name"], row["practising_certificate_no"])
