"""An application to be taken into the library: what it needs, who may decide on it, and the refusals (4.2, A20, P4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.profile import Profile, missing_fields
from shared.actor import Actor
from shared.errors import Conflict, FieldProblem, Forbidden, Invalid

OPEN_AT_ONCE: Final = 3
"""How many applications one person may have that are neither decided nor in the library."""


class ApplicationIncomplete(Invalid):
    """Something the reviewer needs is missing (4.2, B9)."""

    code = "application_incomplete"
    message_zh = "申请还缺 {count} 项，请按提示补全后再提交。"
    message_en = "{count} thing(s) are missing from the application; add them as indicated, then submit."


class ApplicationHeldByAnother(Conflict):
    """Another reviewer has claimed it for a time."""

    code = "application_held_by_another"
    message_zh = "该申请正由其他审核人员处理，请选择其他申请，或在领取到期后再处理。"
    message_en = "Another reviewer works on this application; take another one, or wait until the claim ends."


class OwnApplication(Forbidden):
    """Nobody decides on what he applied for himself (four eyes)."""

    code = "own_application"
    message_zh = "不能审核本人提交的机构申请，请由其他人员处理。"
    message_en = "You can not decide on your own application; somebody else must."


class TooManyApplications(Conflict):
    """A person registers the own unit, not a list of them."""

    code = "too_many_applications"
    message_zh = "您已有 {count} 个未办结的机构申请，请先完成或等待审核结果。"
    message_en = "You have {count} open applications; finish them or wait for the decision first."


class AreaUncovered(Conflict):
    """No exam body answers for the division yet."""

    code = "area_uncovered"
    message_zh = "该行政区划尚未设置考试管理机构，请联系上级考试管理机构。"
    message_en = "No exam body answers for this division yet; contact the exam body above it."


@dataclass(frozen=True, slots=True)
class Application:
    """What an application has beside its institution; the owner-to-be rests sealed."""

    institution_id: UUID
    applicant_id: UUID
    owner_name_masked: str
    submitted_at: datetime | None
    claimed_by: UUID | None
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class OwnerToBe:
    """Who is invited as owner once the application is approved, in clear."""

    name: str
    phone: str


def missing_for_review(
    profile: Profile, institution_type: InstitutionType, *, has_image: bool, today: date
) -> list[FieldProblem]:
    """One problem per thing that keeps the application from its review; none means it may be submitted. All that an
    active institution needs is asked for, since approval makes it active (B9); the licence must be in force (B15)."""
    problems = [
        FieldProblem(f"/profile{one.pointer}", one.code, one.message_zh, one.message_en)
        for one in missing_fields(profile, institution_type)
    ]
    if not has_image:
        text = ("请上传执业许可证（或法人证书）照片", "upload a picture of the licence or the certificate of the unit")
        problems.append(FieldProblem("/licence_image", "required", *text))
    if profile.licence_valid_to is not None and profile.licence_valid_to < today:
        text = ("执业许可证已过有效期，请先办理延续", "the licence has expired; have it renewed first")
        problems.append(FieldProblem("/profile/licence_valid_to", "licence_expired", *text))
    return problems


def require_decidable(application: Application, actor: Actor, now: datetime) -> None:
    """Four eyes, and one reviewer at a time: a claim that ended binds nobody. Raises OwnApplication,
    ApplicationHeldByAnother."""
    if actor.person_id == application.applicant_id:
        raise OwnApplication
    held = application.claimed_until is not None and application.claimed_until > now
    if held and application.claimed_by != actor.id:
        raise ApplicationHeldByAnother
