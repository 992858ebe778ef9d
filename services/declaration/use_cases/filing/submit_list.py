"""Hand the sealed list to the exam body of the same level, in time (4.7, B13)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import PagesWithoutCodes
from services.declaration.domain.qualified_list import ListStep, QualifiedList, is_late
from services.declaration.domain.seal_checklist import require_confirmed
from services.declaration.storage import qualified_lists
from services.declaration.use_cases.filing.issuing_institution import issuing_institution
from services.declaration.use_cases.filing.lock_current_lines import lock_current_lines
from services.declaration.use_cases.filing.locked_step import lock_own_for, publish, record_step
from shared.actor import Actor
from shared.contracts.declaration_filing import QualifiedListSubmitted
from shared.postgres.transaction import Transaction


async def submit_list(
    tx: Transaction, list_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """Submit what was frozen, if it still is what was declared and evaluated.

    Raises NotFound, StaleVersion, ListStepNotAllowed, PagesWithoutCodes, SealNotConfirmed, FilingDeadlinePassed,
    ListOutdated and the errors of issuing_institution.
    """
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.SUBMIT, actor)
    # A scan that came before pages bore codes was matched with nothing.
    if locked.page_count is None:
        raise PagesWithoutCodes
    if not locked.seal_confirmed:
        require_confirmed(())
    await issuing_institution(tx, locked.entity.institution_id)
    late = is_late(locked.filing_deadline, locked.entity.late_permitted, now)
    await lock_current_lines(tx, locked.entity)
    version = await qualified_lists.update_submitted(tx, list_id, late, actor.id, now)
    record_step(tx, locked.entity, ListStep.SUBMIT, after, actor=actor, now=now, late=late)
    publish(tx, QualifiedListSubmitted, locked.entity, version, now)
    return replace(locked.entity, state=after, version=version)
