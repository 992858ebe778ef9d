"""Confirm, refuse or ask evidence for an earlier row, with a look at its sealed certificate (4.5, A32)."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.declaration.domain.declaration import STATE_ZH, WAITING, State
from services.declaration.domain.period_errors import EvidenceMissing
from services.declaration.domain.transition_errors import DeclarationNotUnderReview
from services.declaration.storage import contents, prior_confirmations, prior_evidence
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction

Result = Literal["confirmed", "refused", "evidence_required"]
_STATE: Final[dict[Result, str]] = {
    "confirmed": "confirmed_by_current",
    "refused": "refused",
    "evidence_required": "evidence_required",
}


async def confirm_prior_row(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    result: Result,
    *,
    reason_code: str | None,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> tuple[Declaration, int]:
    """The declaration and its new version. Raises what lock_reviewable raises, DeclarationNotUnderReview,
    PriorRowUnknown, EvidenceMissing (C4)."""
    declaration = await lock_reviewable(tx, declaration_id, expected_version=expected_version, actor=actor, now=now)
    if declaration.state not in WAITING:
        raise _not_waiting(declaration.state)
    await prior_confirmations.update(tx, declaration.id, period_id, _STATE[result], actor.id, now, reason_code)
    if result == "confirmed" and not await prior_evidence.select_has_certificate(tx, declaration.id, period_id):
        raise EvidenceMissing
    version = await contents.touch(tx, declaration.id, now)
    audit.record(
        tx,
        "declaration.confirm_prior_row",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        reason=reason_code,
        period_id=str(period_id),
        result=result,
    )
    return declaration, version


def _not_waiting(state: State) -> DeclarationNotUnderReview:
    return DeclarationNotUnderReview(state=state.value, state_zh=STATE_ZH[state])
