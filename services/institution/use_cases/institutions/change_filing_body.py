"""A body above both sends an institution to another filing body: "same level" is its decision (section 2, rule 3)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.division import require_covered
from services.institution.domain.exam_body import require_active
from services.institution.domain.filing_body import require_above_both, require_of_today
from services.institution.domain.institution import Institution
from services.institution.domain.scope import scope_of
from services.institution.domain.snapshots import institution_changed
from services.institution.storage import exam_bodies, filing_bodies, institutions
from shared import audit, outbox
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def change_filing_body(
    tx: Transaction,
    institution_id: UUID,
    to_id: UUID,
    reason: str,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """What was filed stays with the former body. Raises NotFound (either out of scope), StaleVersion, NotAboveBoth,
    ExamBodyNotActive, DivisionOutsideTerritory, InstitutionOfThePast (B5, B18)."""
    scope_id = scope_of(actor)
    # The body before the institution, the order in which edits of the tree lock.
    if (to := await exam_bodies.lock_territory(tx, to_id, scope_id)) is None:
        raise NotFound
    before = await institutions.lock(tx, institution_id, scope_id)
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    require_above_both(scope_id, before.filing_body_path, to.body.path)
    require_active(to.body)
    require_of_today(before.state)
    require_covered(to.division_codes, before.division_code)
    if before.filing_body_id == to.body.id:
        return before
    await filing_bodies.update(tx, [institution_id], to.body.id, actor.id, reason, now)
    (after,) = await institutions.select_these(tx, [institution_id])
    outbox.add(tx, institution_changed(after, now))
    audit.record(
        tx,
        "institution.change_filing_body",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        before=before.state,
        after=after.state,
        reason=reason,
        from_body_id=str(before.filing_body_id),
        to_body_id=str(after.filing_body_id),
    )
    return after
