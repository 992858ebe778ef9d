"""The present unit asks the earlier one to confirm its own row, where the zone allows it (4.5, Q5)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Period
from services.declaration.domain.prior_row_errors import (
    PriorRowUnknown,
    PriorUnitAsked,
    PriorUnitNotInLibrary,
    PriorUnitsDoNotConfirm,
)
from services.declaration.domain.prior_row_pace import PriorRowPace
from services.declaration.storage import (
    contents,
    known_institutions,
    prior_confirmations,
    review_policies,
    snapshots,
)
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.prior_rows.decide_row import require_open, require_waiting
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.declaration import PriorRowRequested
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def ask_prior_unit(
    tx: Transaction,
    declaration_id: UUID,
    period_id: UUID,
    *,
    expected_version: int,
    pace: PriorRowPace,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The declaration with its new version. A unit whose time is over may be asked again. Raises what lock_reviewable
    raises, PriorRowUnknown, PriorRowDecided, PriorUnitAsked, PriorUnitsDoNotConfirm, PriorUnitNotInLibrary,
    DeclarationNotUnderReview."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring
    )
    require_waiting(declaration)
    if not (await review_policies.select(tx, declaration.cycle_id)).prior_units_confirm:
        raise PriorUnitsDoNotConfirm
    if (await require_open(tx, declaration.id, period_id)).is_asked(now):
        raise PriorUnitAsked
    asked = await _unit_of(tx, await _row(tx, keyring, declaration, period_id))
    await prior_confirmations.update_asked(tx, declaration.id, period_id, asked, now, pace.ends_at(now))
    moved = replace(declaration, version=await contents.touch(tx, declaration.id, now))
    audit.record(
        tx,
        "declaration.ask_prior_unit",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        period_id=str(period_id),
        institution_id=str(asked),
    )
    outbox.add(tx, PriorRowRequested(**event_fields(moved, now) | {"institution_id": asked, "period_id": period_id}))
    return moved


async def _row(tx: Transaction, keyring: Keyring, declaration: Declaration, period_id: UUID) -> Period:
    content = (await snapshots.select(tx, keyring, declaration.id, declaration.submission)).content
    for one in content.prior_periods:
        if one.id == period_id:
            return one
    raise PriorRowUnknown


async def _unit_of(tx: Transaction, row: Period) -> UUID:
    known = {} if row.institution_id is None else await known_institutions.select_many(tx, [row.institution_id])
    for unit_id, unit in known.items():
        if unit.state == "active":
            return unit_id
    raise PriorUnitNotInLibrary
