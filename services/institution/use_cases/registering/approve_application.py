"""A reviewer takes an applied-for unit into the library: it is active, and its owner is invited (4.2, A20, C1)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.division import require_covered
from services.institution.domain.exam_body import ExamBody, require_active
from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import next_state
from services.institution.domain.profile import overrides_check
from services.institution.domain.scope import scope_of
from services.institution.storage import exam_bodies, institution_applications, institutions
from services.institution.use_cases.institutions.invite_owner import invite_owner
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.registering.claim_application import lock_application
from services.institution.use_cases.registering.submit_application import require_ready
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Approval:
    """What a reviewer may settle with the approval; `filing_body_id` stays the area's body when left out."""

    filing_body_id: UUID | None
    accept_unchecked_credit_code: bool
    credit_code_reason: str | None


async def approve_application(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    approval: Approval,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, OwnApplication, ApplicationHeldByAnother, InstitutionNotUnderReview,
    ExamBodyNotActive, DivisionOutsideTerritory, OverrideUnexplained, ApplicationIncomplete, ProfileWrong,
    InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken."""
    before = await lock_application(tx, institution_id, expected_version, actor, now)
    next_state(before.state, "approve")
    body = await _filing_body(tx, before, approval, actor)
    overridden = overrides_check(
        before.credit_code, accepted=approval.accept_unchecked_credit_code, reason=approval.credit_code_reason
    )
    await require_ready(tx, keyring, before, now, unchecked_credit_code=before.credit_code if overridden else None)
    changed = replace(
        before,
        filing_body_id=body.id,
        filing_body_path=body.path,
        credit_code_override_by=actor.id if overridden else None,
        profile_complete=True,
    )
    await institutions.update_registration(tx, changed)
    application = await institution_applications.select(tx, before.id)
    after = await move_institution(
        tx,
        before,
        "approve",
        actor=actor,
        now=now,
        action="institution.approve",
        changed=changed,
        applicant_id=application.applicant_id,
        credit_code_override=approval.credit_code_reason if overridden else None,
    )
    owner = await institution_applications.select_owner(tx, keyring, before.id)
    await invite_owner(tx, keyring, after, owner, actor=actor, now=now)
    return after


async def _filing_body(tx: Transaction, before: Institution, approval: Approval, actor: Actor) -> ExamBody:
    filing = await exam_bodies.lock_territory(tx, approval.filing_body_id or before.filing_body_id, scope_of(actor))
    if filing is None:
        raise NotFound
    require_active(filing.body)
    require_covered(filing.division_codes, before.division_code)
    return filing.body
