"""What every answer about an earlier row does, whoever gives it: the row, the version, the audit entry, and the return
of the declaration where the row is refused (4.5)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.content import Content
from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.prior_row_errors import PriorRowDecided, PriorRowUnknown
from services.declaration.domain.prior_rows import ANSWERABLE, RowState
from services.declaration.domain.review_reasons import GivenReason, Handed
from services.declaration.storage import contents, prior_confirmations, snapshots
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.prior_confirmations import PriorConfirmation, RowDecision
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reasons import seal_reasons
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.declaration import DeclarationReturned
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring

_REASONS_OF: Final = {RowState.REFUSED: "refuse_prior_row", RowState.EVIDENCE_REQUIRED: "require_evidence"}
_RETURNED_FOR: Final = "prior_row_refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about a row; refusing it and asking for evidence need a reason of the catalogue."""

    result: Literal["confirmed", "refused", "evidence_required"]
    reason_code: str | None = None
    text: str = ""


async def decide_row(
    tx: Transaction,
    declaration: Declaration,
    period_id: UUID,
    state: RowState,
    answer: Answer,
    *,
    keyring: Keyring,
    catalogue: Catalogue,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The locked, waiting declaration afterwards. Raises PriorRowUnknown, ReasonRequired, ReasonsIncomplete."""
    content = (await snapshots.select(tx, keyring, declaration.id, declaration.submission)).content
    pointer = _pointer(content, period_id)
    given = [GivenReason("", answer.reason_code, answer.text)] if answer.reason_code else []
    if action := _REASONS_OF.get(state):
        catalogue.require_reasons(action, given, Handed({}, frozenset(), frozenset()))
    code = answer.reason_code if action else None
    said = RowDecision(state, actor.id, now, code, answer.text)
    await prior_confirmations.update(tx, keyring, declaration.id, period_id, said)
    _note(tx, declaration, period_id, said, actor)
    if state is not RowState.REFUSED:
        return replace(declaration.without_first_approval(), version=await contents.touch(tx, declaration.id, now))
    reasons = seal_reasons(keyring, declaration, [GivenReason(pointer, _RETURNED_FOR, answer.text)])
    return await _return(tx, declaration, reasons, actor, now)


async def _return(
    tx: Transaction, declaration: Declaration, reasons: bytes, actor: Actor, now: datetime
) -> Declaration:
    moved = await move_declaration(
        tx,
        declaration,
        Action.RETURN,
        actor=actor,
        now=now,
        decision="set",
        reason_codes=[_RETURNED_FOR],
        reasons=reasons,
    )
    outbox.add(tx, DeclarationReturned(**event_fields(moved, now), reason_codes=[_RETURNED_FOR]))
    return moved


def _note(tx: Transaction, declaration: Declaration, period_id: UUID, said: RowDecision, actor: Actor) -> None:
    audit.record(
        tx,
        "declaration.confirm_prior_row",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=said.at,
        after=said.state.value,
        reason=said.reason_code,
        period_id=str(period_id),
        **declaration.first_approval_facts,
    )


def require_waiting(declaration: Declaration) -> None:
    """Raises DeclarationNotUnderReview unless the declaration could be returned now."""
    transition(declaration.state, Action.RETURN)


async def require_open(reader: Reader, declaration_id: UUID, period_id: UUID) -> PriorConfirmation:
    """The row that nobody has decided. Raises PriorRowUnknown, PriorRowDecided."""
    known = (await prior_confirmations.select(reader, declaration_id)).get(period_id)
    if known is None:
        raise PriorRowUnknown
    if known.state not in ANSWERABLE:
        raise PriorRowDecided
    return known


def _pointer(content: Content, period_id: UUID) -> str:
    """Where the earlier row stands in the content. Raises PriorRowUnknown."""
    for number, one in enumerate(content.periods):
        if one.id == period_id and not one.is_current:
            return f"/periods/{number}"
    raise PriorRowUnknown
