"""What every event says of a declaration that an accepted list has moved."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.declaration.domain.qualified_list import QualifiedList
from shared.ids import DeclarationId, InstitutionId, PersonId


class MovedLine(Protocol):
    """A declaration on the list, `version` its new one."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def person_id(self) -> UUID: ...


def line_event_fields(entity: QualifiedList, one: MovedLine, now: datetime) -> dict[str, Any]:
    """The fields of shared.contracts.declaration.DeclarationEvent."""
    return {
        "occurred_at": now,
        "aggregate_version": one.version,
        "declaration_id": DeclarationId(one.id),
        "person_id": PersonId(one.person_id),
        "institution_id": InstitutionId(entity.institution_id),
        "institution_name": entity.institution_name,
        "cycle_year": entity.exam_year,
        "number": one.number,
    }
