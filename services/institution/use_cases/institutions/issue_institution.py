"""An exam body puts an institution of its jurisdiction into the library and has its owner invited (B5, B7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.institution.domain.application import OwnerToBe
from services.institution.domain.division import require_covered, unknown
from services.institution.domain.exam_body import Territory, require_active
from services.institution.domain.institution import Institution
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.institution_life import FIRST_STATE
from services.institution.domain.profile import ProfileWrong, number_problems, overrides_check
from services.institution.domain.scope import scope_of
from services.institution.domain.snapshots import institution_changed
from services.institution.storage import institution_steps, institutions
from services.institution.storage.institution_steps import InstitutionStep
from services.institution.use_cases.institutions.invite_owner import invite_owner
from services.institution.use_cases.institutions.surroundings import Surroundings
from shared import audit, outbox
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class NewInstitution:
    """What an exam body knows of an institution; numbers are tidied. `filing_body_id` defaults to the issuer. Without
    an owner nobody is invited yet."""

    name: str
    division_code: str
    institution_type: InstitutionType
    credit_code: str | None
    accept_unchecked_credit_code: bool
    credit_code_reason: str | None
    registration_no: str | None
    owner_name: str | None
    owner_phone: str | None
    filing_body_id: UUID | None


async def issue_institution(
    tx: Transaction,
    keyring: Keyring,
    new: NewInstitution,
    *,
    actor: Actor,
    now: datetime,
    around: Surroundings | None = None,
) -> Institution:
    """Raises NotFound (filing body out of scope), ExamBodyNotActive, ProfileWrong, DivisionUnknown,
    DivisionOutsideTerritory, OverrideUnexplained, InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken (B5)."""
    institution = await judged_institution(tx, new, around or Surroundings(), actor=actor, now=now)
    await institutions.insert(tx, institution)
    issued = InstitutionStep(1, "issue", None, institution.state, actor.role, None, None, now)
    await institution_steps.insert(tx, institution.id, issued)
    outbox.add(tx, institution_changed(institution, now))
    if new.owner_name and new.owner_phone:
        await invite_owner(tx, keyring, institution, OwnerToBe(new.owner_name, new.owner_phone), actor=actor, now=now)
    audit.record(
        tx,
        "institution.issue",
        actor=actor,
        subject_kind="institution",
        subject_id=institution.id,
        at=now,
        after=institution.state,
        reason=new.credit_code_reason if institution.credit_code_override_by else None,
        filing_body_id=str(institution.filing_body_id),
        credit_code_override=institution.credit_code_override_by is not None,
    )
    return institution


async def judged_institution(
    tx: Transaction, new: NewInstitution, around: Surroundings, *, actor: Actor, now: datetime
) -> Institution:
    """What issuing would put into the library, unless it is there. Raises as issuing, but for what is taken."""
    filing = await _filing_body(tx, new, around, actor)
    _require_numbers(new)
    division = await around.division(tx, new.division_code)
    if division is None or not division.current or division.level != "county":
        raise unknown("/division_code")
    require_covered(filing.division_codes, division.code)
    return _issued(new, filing, actor, now)


async def _filing_body(tx: Transaction, new: NewInstitution, around: Surroundings, actor: Actor) -> Territory:
    own = scope_of(actor)
    if (found := await around.territory(tx, new.filing_body_id or own, own)) is None:
        raise NotFound
    require_active(found.body)
    return found


def _require_numbers(new: NewInstitution) -> None:
    unchecked = new.credit_code if new.accept_unchecked_credit_code else None
    if problems := number_problems(new.credit_code, new.registration_no, unchecked):
        raise ProfileWrong(problems=problems, count=len(problems))


def _issued(new: NewInstitution, filing: Territory, actor: Actor, now: datetime) -> Institution:
    overridden = overrides_check(
        new.credit_code, accepted=new.accept_unchecked_credit_code, reason=new.credit_code_reason
    )
    return Institution(
        id=new_id(),
        version=1,
        state=FIRST_STATE["issued"],
        origin="issued",
        name=new.name,
        division_code=new.division_code,
        institution_type=new.institution_type,
        grade=None,
        ownership=None,
        credit_code=new.credit_code,
        credit_code_override_by=actor.id if overridden else None,
        registration_no=new.registration_no,
        address=None,
        licence_valid_from=None,
        licence_valid_to=None,
        departments=(),
        physicians={},
        filing_body_id=filing.body.id,
        filing_body_path=filing.body.path,
        parent_institution_id=None,
        merged_into_id=None,
        profile_complete=False,
        responsibility_accepted_at=None,
        issued_by=actor.id,
        created_at=now,
        updated_at=now,
        state_changed_at=now,
    )
