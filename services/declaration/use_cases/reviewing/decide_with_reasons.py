"""What returning and rejecting have in common: a decision that must say why, with reasons from the catalogue (4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.move_declaration import move_declaration
from services.declaration.use_cases.reviewing.reasons import distinct_codes, require_reasons, seal_reasons
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides on which version of a submission, when, and why."""

    declaration_id: UUID
    expected_version: int
    reasons: Sequence[GivenReason]
    actor: Actor
    now: datetime


async def decide_with_reasons(
    tx: Transaction, action: Action, decision: Decision, keyring: Keyring, catalogues: CatalogueCache
) -> tuple[Declaration, list[str]]:
    """The decided declaration and the reason codes. Raises what lock_reviewable raises, DeclarationNotUnderReview,
    ReasonRequired, ReasonsIncomplete."""
    actor, now = decision.actor, decision.now
    declaration = await lock_reviewable(
        tx, decision.declaration_id, expected_version=decision.expected_version, actor=actor, now=now, keyring=keyring
    )
    transition(declaration.state, action)
    codes = distinct_codes(decision.reasons)
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    await require_reasons(tx, declaration, action, decision.reasons, keyring=keyring, catalogue=catalogue)
    moved = await move_declaration(
        tx,
        declaration,
        action,
        actor=actor,
        now=now,
        decision="set",
        reason_codes=codes,
        reasons=seal_reasons(keyring, declaration, decision.reasons),
    )
    return moved, codes
