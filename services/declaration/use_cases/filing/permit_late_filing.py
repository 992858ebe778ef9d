"""The exam body lets an institution hand its list in after the deadline (4.7, B13)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import LateFilingAlreadyPermitted
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.storage import qualified_lists
from services.declaration.use_cases.filing.locked_step import publish
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration_filing import LateFilingPermitted
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def permit_late_filing(
    tx: Transaction, list_id: UUID, reason_code: str, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Permit it once, with a reason; the list will be marked late. Raises NotFound, StaleVersion,
    LateFilingAlreadyPermitted."""
    locked = await qualified_lists.lock_before_submission(tx, list_id, actor.scope_id)
    if locked is None:
        raise NotFound
    entity = locked.entity
    if entity.version != expected_version:
        raise StaleVersion(current=entity.version, state=entity.state.value)
    if entity.late_permitted:
        raise LateFilingAlreadyPermitted
    version = await qualified_lists.update_late_permitted(tx, list_id, actor.id, now)
    audit.record(
        tx,
        "qualified_list.permit_late",
        actor=actor,
        subject_kind="qualified_list",
        subject_id=list_id,
        at=now,
        before=entity.state.value,
        after=entity.state.value,
        reason=reason_code,
    )
    publish(tx, LateFilingPermitted, entity, version, now, reason_code=reason_code)
    return replace(entity, version=version, late_permitted=True)
