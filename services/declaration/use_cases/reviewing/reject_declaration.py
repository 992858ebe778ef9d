"""Reject a submission: not our probationer, or not eligible (4.4)."""

from services.declaration.domain.declaration import Action
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.reviewing.decide_with_reasons import Decision, decide_with_reasons
from shared import outbox
from shared.contracts.declaration import DeclarationRejected
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def reject_declaration(
    tx: Transaction, decision: Decision, *, keyring: Keyring, catalogues: CatalogueCache
) -> Declaration:
    """The decided declaration. Raises what decide_with_reasons raises."""
    moved, codes = await decide_with_reasons(tx, Action.REJECT, decision, keyring, catalogues)
    outbox.add(tx, DeclarationRejected(**event_fields(moved, decision.now), reason_codes=codes))
    return moved
