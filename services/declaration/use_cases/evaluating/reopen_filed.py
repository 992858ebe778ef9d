"""An exam body reopens one filed declaration, without a list of the unit (4.4): the line is cancelled at once, the
candidate corrects and hands in again, and the unit files him anew by a supplementary list (4.7)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.evaluating.lock_reopenable import lock_reopenable
from services.declaration.use_cases.evaluating.take_back import take_back
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def reopen_filed(
    tx: Transaction,
    declaration_id: UUID,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The reopened declaration. Its evaluation stays: what is handed in again is judged anew (A42), and a false
    certificate is voided, which is a step of its own (4.6). Raises NotFound, StaleVersion, DeclarationNotFiled."""
    declaration = await lock_reopenable(tx, declaration_id, actor, expected_version=expected_version)
    transition(declaration.state, Action.REOPEN)
    return await take_back(tx, declaration, "reopened", reason, keyring=keyring, actor=actor, now=now, tells_unit=True)
