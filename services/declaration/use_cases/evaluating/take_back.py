"""An exam body takes an approved or filed declaration back: it is reopened, or revoked (4.4). Either way it leaves the
accepted list on which it stands, and a reopened one comes back by a supplementary list only."""

from datetime import datetime
from typing import Literal

from services.declaration.domain.declaration import Action
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import list_lines
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reasons import seal_reasons
from shared.actor import Actor
from shared.contracts.declaration import DeclarationRevoked, ModificationAllowed
from shared.outbox import add
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

Outcome = Literal["reopened", "revoked"]


async def take_back(
    tx: Transaction,
    declaration: Declaration,
    outcome: Outcome,
    reason: GivenReason,
    *,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
    tells_unit: bool = False,
) -> Declaration:
    """A locked declaration after it, the others told; `tells_unit`: a reopening of which the unit hears by nothing
    else. Raises DeclarationNotFiled, DeclarationNotApproved."""
    moved = await move_declaration(
        tx,
        declaration,
        Action.REOPEN if outcome == "reopened" else Action.REVOKE,
        actor=actor,
        now=now,
        decision="clear",
        reason_codes=[reason.code],
        reasons=seal_reasons(keyring, declaration, [reason]),
    )
    await list_lines.release_reopened(tx, [declaration.id])
    fields = event_fields(moved, now) | {"reason_code": reason.code}
    if outcome == "reopened":
        add(tx, ModificationAllowed(**fields, was_filed=True, tells_unit=tells_unit))
    else:
        add(tx, DeclarationRevoked(**fields, by="exam_body"))
    return moved
