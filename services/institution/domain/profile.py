"""The profile an institution completes before it collects data (B9), and what is still missing in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.institution.domain.certificate_numbers import credit_code_ok, credit_code_shape_ok, registration_no_ok
from services.institution.domain.institution_kinds import WITHOUT_LICENCE, Grade, InstitutionType, Ownership
from shared.errors import FieldProblem, Invalid


class ProfileIncomplete(Invalid):
    """An active institution can not give up a required field (B9)."""

    code = "profile_incomplete"
    message_zh = "机构已启用，必填资料不能清空；请补全所列 {count} 项后再保存。"
    message_en = "The institution is active, so required fields can not be emptied; fill in the {count} listed."


class ProfileWrong(Invalid):
    """A field breaks its rule (5.6)."""

    code = "profile_wrong"
    message_zh = "机构资料有 {count} 处不符合要求，请按提示修改。"
    message_en = "{count} field(s) of the profile break a rule; correct them as indicated."


class OverrideUnexplained(Invalid):
    """Who lets a wrong credit code pass says why (5.6)."""

    code = "override_unexplained"
    message_zh = "统一社会信用代码校验位不符；如已核对证照仍需保留，请填写理由。"
    message_en = "The check character of the credit code is wrong; to keep it as it stands on the certificate, say why."


@dataclass(frozen=True, slots=True)
class Profile:
    """What the owner fills in. `physicians` counts licensed physicians per exam category code."""

    legal_representative: str | None
    probation_officer: str | None
    probation_officer_phone: str | None
    address: str | None
    credit_code: str | None
    registration_no: str | None
    licence_valid_from: date | None
    licence_valid_to: date | None
    grade: Grade | None
    ownership: Ownership | None
    departments: tuple[str, ...]
    physicians: Mapping[str, int]


LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "legal_representative": ("法定代表人", "legal representative"),
    "probation_officer": ("试用期管理人员", "probation officer"),
    "probation_officer_phone": ("试用期管理人员电话", "probation officer's phone"),
    "address": ("地址", "address"),
    "registration_no": ("执业许可证登记号", "practice licence number"),
    "licence_valid_from": ("执业许可证有效期起", "licence valid from"),
    "licence_valid_to": ("执业许可证有效期止", "licence valid to"),
    "credit_code": ("统一社会信用代码", "unified social credit code"),
    "grade": ("机构等级", "grade"),
    "departments": ("诊疗科目", "licensed departments"),
    "physicians": ("各类别执业医师人数", "licensed physicians per category"),
}
_ALWAYS: Final = (
    "legal_representative",
    "probation_officer",
    "probation_officer_phone",
    "address",
    "grade",
    "departments",
    "physicians",
)
_LICENCE: Final = ("registration_no", "licence_valid_from", "licence_valid_to")


def missing_fields(profile: Profile, institution_type: InstitutionType) -> list[FieldProblem]:
    """One problem per required field that is empty; none means complete (B9)."""
    numbers = ("credit_code",) if institution_type in WITHOUT_LICENCE else _LICENCE
    return [_missing(name) for name in (*_ALWAYS, *numbers) if not getattr(profile, name)]


def require_lawful(profile: Profile, *, unchecked_credit_code: str | None = None) -> None:
    """Check the numbers and the order of dates. Raises ProfileWrong.

    `unchecked_credit_code` is one that an exam body let pass in spite of its check character (5.6)."""
    problems = number_problems(profile.credit_code, profile.registration_no, unchecked_credit_code)
    begins, ends = profile.licence_valid_from, profile.licence_valid_to
    if begins and ends and begins > ends:
        text = ("有效期止早于有效期起，请核对许可证", "The licence ends before it begins; check the licence")
        problems.append(FieldProblem("/licence_valid_to", "licence_order", *text))
    if problems:
        raise ProfileWrong(problems=problems, count=len(problems))


def number_problems(credit_code: str | None, registration_no: str | None, unchecked: str | None) -> list[FieldProblem]:
    """What is wrong with an institution's numbers (GB 32100, 5.6)."""
    problems = []
    if credit_code is not None and not credit_code_shape_ok(credit_code):
        text = ("统一社会信用代码应为18位，不含 I、O、Z、S、V", "18 characters without I, O, Z, S, V")
        problems.append(FieldProblem("/credit_code", "credit_code_shape", *text))
    elif credit_code is not None and credit_code != unchecked and not credit_code_ok(credit_code):
        text = (
            "统一社会信用代码校验位不符，请核对证书；确认无误的，请考试管理机构代为登记",
            "The check character does not fit; check the certificate, or ask the exam body to record it",
        )
        problems.append(FieldProblem("/credit_code", "credit_code_check", *text))
    if registration_no is not None and not registration_no_ok(registration_no):
        text = ("执业许可证登记号应为12至22位字母或数字", "12 to 22 letters and digits")
        problems.append(FieldProblem("/registration_no", "registration_no_shape", *text))
    return problems


def overrides_check(credit_code: str | None, *, accepted: bool, reason: str | None) -> bool:
    """Whether an exam body lets the credit code pass in spite of its check character. Raises OverrideUnexplained when
    it does so without a word."""
    if not accepted or credit_code is None or credit_code_ok(credit_code):
        return False
    if not reason:
        zh, en = OverrideUnexplained.message_zh, OverrideUnexplained.message_en
        raise OverrideUnexplained(problems=[FieldProblem("/credit_code_reason", OverrideUnexplained.code, zh, en)])
    return True


def _missing(name: str) -> FieldProblem:
    zh, en = LABELS[name]
    return FieldProblem(f"/{name}", "required", f"请填写{zh}", f"Fill in: {en}")
