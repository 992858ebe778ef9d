"""A declaration moved: while it is submitted, approved or filed it holds the person's binding (4.3)."""

from collections.abc import Mapping
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.storage import bindings, known_declarations
from services.institution.storage.known_declarations import State
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationFiled,
    DeclarationRejected,
    DeclarationReturned,
    DeclarationRevoked,
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
    DeclarationRevoked: "closed",
}


async def on_declaration_moved(tx: Transaction, event: DeclarationEvent, deps: Dependencies) -> None:
    """Keep what the guard of unbinding asks for. Where there is no binding any more it came too late for the guard, and
    is disputed. The lock lets an end that happens right now come before or after, never beside."""
    state = STATE_AFTER[type(event)]
    is_news = await known_declarations.upsert(
        tx,
        event.declaration_id,
        event.aggregate_version,
        event.person_id,
        event.institution_id,
        event.cycle_year,
        state,
        event.occurred_at if isinstance(event, DeclarationFiled) and event.provisional else None,
    )
    if is_news and state != "closed" and not await bindings.lock_open_at(tx, event.person_id, event.institution_id):
        await known_declarations.update_disputed(tx, event.declaration_id, deps.clock.now())
