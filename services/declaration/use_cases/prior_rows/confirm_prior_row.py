"""The present unit confirms or refuses an earlier row, with a look at its sealed certificate, or asks for evidence
(4.5, A32)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.period_errors import EvidenceMissing
from services.declaration.domain.prior_rows import RowState
from services.declaration.storage import documents
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.prior_rows.decide_row import Answer, decide_row, require_waiting
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import PriorEvidenceRequired
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_STATES: Final = {
    "confirmed": RowState.CONFIRMED_BY_CURRENT,
    "refused": RowState.REFUSED,
    "evidence_required": RowState.EVIDENCE_REQUIRED,
}


async def confirm_prior_row(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    answer: Answer,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The declaration; a refusal returns it to the candidate. Raises what lock_reviewable raises, PriorRowUnknown,
    DeclarationNotUnderReview, EvidenceMissing (C4), ReasonRequired, ReasonsIncomplete."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring
    )
    require_waiting(declaration)
    state = _STATES[answer.result]
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    decided = await decide_row(
        tx, declaration, period_id, state, answer, keyring=keyring, catalogue=catalogue, actor=actor, now=now
    )
    has_certificate = await documents.select_has_certificate(tx, declaration.id, period_id)
    if state is RowState.CONFIRMED_BY_CURRENT and not has_certificate:
        raise EvidenceMissing
    if state is RowState.EVIDENCE_REQUIRED:
        fields = event_fields(decided, now) | {"period_id": period_id, "reason_code": answer.reason_code or ""}
        outbox.add(tx, PriorEvidenceRequired(**fields))
    return decided
