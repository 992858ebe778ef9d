"""Allow modification: the unit reopens a declaration, also an approved one that is on no submitted list (A42)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action, State, transition
from services.declaration.domain.review_errors import OnSubmittedList
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import list_lines
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.evaluating.supersede_rejected import supersede_rejected
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reasons import require_reasons, seal_reasons
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import ModificationAllowed
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_HANDED_IN = frozenset({"submitted", "accepted"})


async def allow_modification(
    tx: Transaction,
    declaration_id: UUID,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The reopened declaration; its old submissions stay, a judgement of a rejected one does not. Raises what
    lock_reviewable raises but for the deadline, ModificationNotPossible, OnSubmittedList, ReasonRequired,
    ReasonsIncomplete."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring, in_window=False
    )
    transition(declaration.state, Action.ALLOW_MODIFICATION)
    if await list_lines.select_state_of_list(tx, declaration.id) in _HANDED_IN:
        raise OnSubmittedList
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    action = Action.ALLOW_MODIFICATION
    await require_reasons(tx, declaration, action, [reason], keyring=keyring, catalogue=catalogue)
    if declaration.state is State.REJECTED:
        await supersede_rejected(tx, declaration.id, actor=actor, now=now)
    moved = await move_declaration(
        tx,
        declaration,
        action,
        actor=actor,
        now=now,
        decision="clear",
        reason_codes=[reason.code],
        reasons=seal_reasons(keyring, declaration, [reason]),
    )
    outbox.add(tx, ModificationAllowed(**event_fields(moved, now), reason_code=reason.code))
    return moved
