"""An institution as the library keeps it, without its people (those are sealed apart)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.institution.domain.institution_kinds import Grade, InstitutionType, Ownership
from services.institution.domain.institution_life import InstitutionState, Origin
from services.institution.domain.profile import Profile
from shared.errors import Conflict, Invalid


class InstitutionNameTaken(Conflict):
    """A name is unique in its county (4.2)."""

    code = "institution_name_taken"
    message_zh = "本县（区）已有同名机构，请在机构库中查找，或核对名称与区划。"
    message_en = "This county has an institution of that name; look it up, or check name and division."


class CreditCodeTaken(Conflict):
    """A credit code belongs to one institution (B7)."""

    code = "credit_code_taken"
    message_zh = "该统一社会信用代码已登记在其他机构名下，请核对。"
    message_en = "This credit code is recorded for another institution; check it."


class RegistrationNoTaken(Conflict):
    """A licence number belongs to one institution (B7)."""

    code = "registration_no_taken"
    message_zh = "该执业许可证登记号已登记在其他机构名下，请核对。"
    message_en = "This licence number is recorded for another institution; check it."


class MergedIntoItself(Invalid):
    """A merger needs two."""

    code = "merged_into_itself"
    message_zh = "机构不能并入自身，请选择合并后的机构。"
    message_en = "An institution can not be merged into itself; choose the one that remains."


class DeclarationsUnfinished(Conflict):
    """Declarations that only this institution can decide or file would be stranded."""

    code = "declarations_unfinished"
    message_zh = (
        "该机构还有 {count} 份申报已提交或已审核通过但尚未备案，或已临时备案但尚未满年考核，"
        "请先由该机构审核、退回、备案或作出考核结论后再办理；"
        "已暂停的机构请先恢复。"
    )
    message_en = (
        "{count} declarations at this institution are submitted or approved and not filed, or filed provisionally and "
        "not judged yet; let it decide, send back, file or evaluate them first. Resume it before, if it is suspended."
    )


@dataclass(frozen=True, slots=True)
class Institution:
    """One row of the library; `filing_body_path` runs from the zone to the filing body."""

    id: UUID
    version: int
    state: InstitutionState
    origin: Origin
    name: str
    division_code: str
    institution_type: InstitutionType
    grade: Grade | None
    ownership: Ownership | None
    credit_code: str | None
    credit_code_override_by: UUID | None
    registration_no: str | None
    address: str | None
    licence_valid_from: date | None
    licence_valid_to: date | None
    departments: tuple[str, ...]
    physicians: Mapping[str, int]
    filing_body_id: UUID
    filing_body_path: tuple[UUID, ...]
    parent_institution_id: UUID | None
    merged_into_id: UUID | None
    profile_complete: bool
    responsibility_accepted_at: datetime | None
    issued_by: UUID | None
    created_at: datetime
    updated_at: datetime
    state_changed_at: datetime


def with_profile(before: Institution, profile: Profile, *, complete: bool) -> Institution:
    """The institution with the fields of its profile; its people are kept apart."""
    return replace(
        before,
        grade=profile.grade,
        ownership=profile.ownership,
        credit_code=profile.credit_code,
        registration_no=profile.registration_no,
        address=profile.address,
        licence_valid_from=profile.licence_valid_from,
        licence_valid_to=profile.licence_valid_to,
        departments=profile.departments,
        physicians=profile.physicians,
        profile_complete=complete,
    )
