"""A declaration moved: while it is submitted, approved or filed it holds the person's binding (4.3)."""

from collections.abc import Mapping
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.storage import known_declarations
from services.institution.storage.known_declarations import State
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationFiled,
    DeclarationRejected,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
    ModificationAllowed,
)
from shared.postgres.transaction import Transaction

STATE_AFTER: Final[Mapping[type[DeclarationEvent], State]] = {
    DeclarationSubmitted: "submitted",
    DeclarationApproved: "approved",
    DeclarationFiled: "filed",
    DeclarationWithdrawn: "closed",
    DeclarationReturned: "closed",
    DeclarationRejected: "closed",
    ModificationAllowed: "closed",
}


async def on_declaration_moved(tx: Transaction, event: DeclarationEvent, _deps: Dependencies) -> None:
    """Keep what the guard of unbinding asks for."""
    await known_declarations.upsert(
        tx,
        event.declaration_id,
        event.aggregate_version,
        event.person_id,
        event.institution_id,
        event.cycle_year,
        STATE_AFTER[type(event)],
    )
