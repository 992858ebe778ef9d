"""What institutions that are judged in one transaction share: bodies and divisions, looked up once."""

from dataclasses import dataclass, field
from uuid import UUID

from services.institution.domain.division import Division
from services.institution.domain.exam_body import ExamBody, Territory
from services.institution.storage import divisions, exam_bodies
from shared.postgres.transaction import Transaction


@dataclass(slots=True)
class Surroundings:
    """For one transaction only: territories are kept from changing until it ends."""

    _territories: dict[tuple[UUID, UUID], Territory | None] = field(default_factory=dict)
    _divisions: dict[str, Division | None] = field(default_factory=dict)
    _bodies: dict[str, ExamBody | None] = field(default_factory=dict)

    async def territory(self, tx: Transaction, body_id: UUID, scope_id: UUID) -> Territory | None:
        """A body in the scope of another with its divisions, locked."""
        if (body_id, scope_id) not in self._territories:
            self._territories[body_id, scope_id] = await exam_bodies.lock_territory(tx, body_id, scope_id)
        return self._territories[body_id, scope_id]

    async def division(self, tx: Transaction, code: str) -> Division | None:
        """A division, current or former."""
        if code not in self._divisions:
            self._divisions[code] = await divisions.select(tx, code)
        return self._divisions[code]

    async def body(self, tx: Transaction, code: str) -> ExamBody | None:
        """The body with a code, whatever its scope."""
        if code not in self._bodies:
            self._bodies[code] = await exam_bodies.select_by_code(tx, code)
        return self._bodies[code]

    def forget(self) -> None:
        """A part of the transaction was undone, and the locks it took with it."""
        self._territories.clear()
