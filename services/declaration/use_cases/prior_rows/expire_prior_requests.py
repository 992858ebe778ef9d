"""An earlier unit did not answer in time: candidate and present unit hear what to do next, instead of waiting for ever
(4.5, P6). The row stays to be decided, and the unit may be asked again."""

from collections.abc import Sequence
from datetime import datetime

from services.declaration.storage import contents, unanswered_rows
from services.declaration.storage.unanswered_rows import UnansweredRow
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.declaration import PriorRowRequestExpired
from shared.ids import DeclarationId, InstitutionId, PersonId
from shared.postgres.transaction import Transaction


async def expire_prior_requests(tx: Transaction, due: Sequence[UnansweredRow], now: datetime) -> None:
    """Close each request, with a new version of its declaration: an answer to the one seen before is stale."""
    for one in due:
        await unanswered_rows.update_expired(tx, one, now)
        version = await contents.touch(tx, one.declaration_id, now)
        outbox.add(tx, _event(one, version, now))
        audit.record(
            tx,
            "declaration.expire_prior_request",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=one.declaration_id,
            at=now,
            period_id=str(one.period_id),
            institution_id=str(one.asked_institution_id),
        )


def _event(one: UnansweredRow, version: int, now: datetime) -> PriorRowRequestExpired:
    return PriorRowRequestExpired(
        occurred_at=now,
        aggregate_version=version,
        declaration_id=DeclarationId(one.declaration_id),
        person_id=PersonId(one.person_id),
        institution_id=InstitutionId(one.institution_id),
        institution_name=one.asked_name,
        cycle_year=one.cycle_year,
        number=one.number,
        period_id=one.period_id,
    )
