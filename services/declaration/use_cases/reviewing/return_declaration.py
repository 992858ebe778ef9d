"""Return a submission for modification, with a reason per field (4.4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reasons import GivenReason, distinct_codes, seal_reasons
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import DeclarationReturned
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def return_declaration(
    tx: Transaction,
    declaration_id: UUID,
    reasons: Sequence[GivenReason],
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The decided declaration. Raises what lock_reviewable raises, DeclarationNotUnderReview, ReasonRequired."""
    declaration = await lock_reviewable(tx, declaration_id, expected_version=expected_version, actor=actor, now=now)
    codes = distinct_codes(reasons)
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    catalogue.require_reasons(Action.RETURN.value, codes)
    moved = await move_declaration(
        tx,
        declaration,
        Action.RETURN,
        actor=actor,
        now=now,
        decision="set",
        reason_codes=codes,
        reasons=seal_reasons(keyring, declaration, reasons),
    )
    outbox.add(tx, DeclarationReturned(**event_fields(moved, now), reason_codes=codes))
    return moved
