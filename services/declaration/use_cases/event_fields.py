"""What every event about a declaration says of it."""

from datetime import datetime
from typing import Any

from services.declaration.storage.declarations import Declaration


def event_fields(declaration: Declaration, now: datetime) -> dict[str, Any]:
    """The fields of shared.contracts.declaration.DeclarationEvent, for a declaration as it was just moved."""
    return {
        "occurred_at": now,
        "aggregate_version": declaration.version,
        "declaration_id": declaration.id,
        "person_id": declaration.person_id,
        "institution_id": declaration.institution_id,
        "institution_name": declaration.institution_name,
        "cycle_year": declaration.cycle_year,
        "number": declaration.number or "",
    }
