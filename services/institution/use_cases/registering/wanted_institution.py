"""What the head of a unit says of it, and how it becomes the institution of an application."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.application import AreaUncovered, OwnerToBe
from services.institution.domain.division import unknown
from services.institution.domain.exam_body import ExamBody
from services.institution.domain.institution import Institution, with_profile
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.institution_life import FIRST_STATE
from services.institution.domain.profile import Profile, require_lawful
from services.institution.storage import divisions, exam_bodies, institutions
from shared.errors import FieldProblem, Invalid
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction


class ParentUnknown(Invalid):
    """A parent institution is chosen from the library (5.6)."""

    code = "parent_institution_unknown"
    message_zh = "请从机构库中选择上级机构。"
    message_en = "Choose the parent institution from the library."


@dataclass(frozen=True, slots=True)
class WantedInstitution:
    """An application as it is filled in; the profile may be saved in pieces until it is submitted."""

    name: str
    division_code: str
    institution_type: InstitutionType
    parent_institution_id: UUID | None
    profile: Profile
    owner: OwnerToBe


async def require_sound(tx: Transaction, wanted: WantedInstitution, institution_id: UUID | None) -> ExamBody:
    """The exam body of the area. A credit code may fail its check until a reviewer has seen the certificate (5.6).

    Raises ProfileWrong, DivisionUnknown, AreaUncovered, ParentUnknown."""
    require_lawful(wanted.profile, unchecked_credit_code=wanted.profile.credit_code)
    division = await divisions.select(tx, wanted.division_code)
    if division is None or not division.current or division.level != "county":
        raise unknown("/division_code")
    if (parent := wanted.parent_institution_id) is not None:
        await require_parent(tx, parent, institution_id)
    if (body := await exam_bodies.select_for_division(tx, division.code)) is None:
        raise AreaUncovered
    return body


async def require_parent(reader: Reader, parent_id: UUID, institution_id: UUID | None) -> None:
    """A parent stands in the library and is somebody else. Raises ParentUnknown."""
    if parent_id == institution_id or not await institutions.select_is_in_library(reader, parent_id):
        zh, en = ParentUnknown.message_zh, ParentUnknown.message_en
        raise ParentUnknown(problems=[FieldProblem("/parent_institution_id", ParentUnknown.code, zh, en)])


def begun(wanted: WantedInstitution, body: ExamBody, now: datetime) -> Institution:
    """A new draft."""
    empty = Institution(
        id=new_id(),
        version=1,
        state=FIRST_STATE["self_registered"],
        origin="self_registered",
        name=wanted.name,
        division_code=wanted.division_code,
        institution_type=wanted.institution_type,
        grade=None,
        ownership=None,
        credit_code=None,
        credit_code_override_by=None,
        registration_no=None,
        address=None,
        licence_valid_from=None,
        licence_valid_to=None,
        departments=(),
        physicians={},
        filing_body_id=body.id,
        filing_body_path=body.path,
        parent_institution_id=None,
        merged_into_id=None,
        profile_complete=False,
        responsibility_accepted_at=None,
        issued_by=None,
        created_at=now,
        updated_at=now,
        state_changed_at=now,
    )
    return described(empty, wanted, body)


def described(before: Institution, wanted: WantedInstitution, body: ExamBody) -> Institution:
    """The institution of an application as it is described now."""
    return replace(
        with_profile(before, wanted.profile, complete=False),
        name=wanted.name,
        division_code=wanted.division_code,
        institution_type=wanted.institution_type,
        parent_institution_id=wanted.parent_institution_id,
        filing_body_id=body.id,
        filing_body_path=body.path,
    )
