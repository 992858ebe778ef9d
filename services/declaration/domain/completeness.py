"""What a submission needs besides eligibility: every section and row filled, numbers well formed (3.1, 5)."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from services.declaration.domain.certificates import practising_certificate_fault, qualification_certificate_fault
from services.declaration.domain.content import Content, EducationRecord, Period
from shared.contracts.identity import PersonIdentity
from shared.errors import FieldProblem

_CERTIFICATE_FAULTS: Final = {
    "practising_certificate_format": ("执业证书编码应为 15 位数字，首位 1 至 4。", "Fifteen digits, the first 1 to 4."),
    "practising_certificate_level": (
        "请填写执业助理医师的执业证书编码（首位 2 或 4）。",
        "An assistant's number begins with 2 or 4.",
    ),
    "qualification_certificate_format": ("资格证书编码应为 24 或 27 位。", "It has 24 or 27 characters."),
    "qualification_certificate_year": ("资格证书编码中的年份不正确。", "The year in the number is not possible."),
    "qualification_certificate_level": (
        "请填写执业助理医师的资格证书编码。",
        "This is not the number of an assistant.",
    ),
    "qualification_certificate_holder": (
        "资格证书编码与本人身份证号不一致。",
        "The number does not end in your own ID number.",
    ),
}


def completeness_problems(
    content: Content, route: str, identity: PersonIdentity, year: int, today: date
) -> list[FieldProblem]:
    """Everything that is missing or malformed, all at once, with pointers into the content."""
    return [
        *_education(content, route, today),
        *_periods(content, today),
        *_assistant(content, identity, year),
        *_basics(content, identity),
    ]


def institution_problems(
    content: Content, institution_id: UUID, state: str, licence_to: date | None, today: date
) -> list[FieldProblem]:
    """A32: the current row is the bound unit; B15: that unit is active and its licence has not run out."""
    found = []
    for row, period in enumerate(content.periods):
        if period.is_current and period.institution_id != institution_id:
            zh = "当前试用机构与绑定单位不一致，请重新保存本段经历。"
            en = "The current row is not your bound unit; save this row again."
            found.append(FieldProblem(f"/periods/{row}/institution_id", "current_row_elsewhere", zh, en))
    if state != "active":
        zh, en = "绑定单位目前不是正常状态，请联系单位。", "Your unit is not active; contact it."
        found.append(FieldProblem("/periods", "institution_not_active", zh, en))
    if licence_to is not None and licence_to < today:
        zh, en = "绑定单位的执业许可已过期，请联系单位更新。", "Your unit's licence has expired; ask it to renew."
        found.append(FieldProblem("/periods", "institution_licence_expired", zh, en))
    return found


def _education(content: Content, route: str, today: date) -> Iterator[FieldProblem]:
    # Whoever learned from a master declares with a certificate, not with a degree (R06).
    is_asked_for = route == "prescribed_education" or content.education
    if is_asked_for and sum(one.is_basis for one in content.education) != 1:
        yield FieldProblem(
            "/education", "education_basis", "请选定且仅选定一条申报学历。", "Mark exactly one degree as the basis."
        )
    for row, record in enumerate(content.education):
        if record.is_basis and record.graduated_on is None:
            yield _required(f"/education/{row}/graduated_on")
        if record.is_basis and record.certificate_no is None and not _is_to_come(record, today):
            yield _required(f"/education/{row}/certificate_no")
        if record.graduated_on is not None and record.graduated_on <= record.enrolled_on:
            yield FieldProblem(
                f"/education/{row}/graduated_on",
                "date_order",
                "毕业日期须晚于入学日期。",
                "Graduation follows enrolment.",
            )


def _is_to_come(record: EducationRecord, today: date) -> bool:
    """Who has not graduated has no certificate; whether that may declare is said by the rules (R20)."""
    return record.graduated_on is not None and record.graduated_on > today


def _periods(content: Content, today: date) -> Iterator[FieldProblem]:
    if sum(one.is_current for one in content.periods) != 1:
        yield FieldProblem(
            "/periods", "current_row", "须有且仅有一段“当前”试用经历。", "Exactly one row has to be the current one."
        )
    for row, period in enumerate(content.periods):
        yield from _period(f"/periods/{row}", period, today)


def _period(pointer: str, period: Period, today: date) -> Iterator[FieldProblem]:
    if period.institution_id is None and (period.institution_name is None or period.division_code is None):
        yield FieldProblem(
            f"{pointer}/institution_id",
            "institution_missing",
            "请从机构库选择机构；库外机构请填写全称和行政区划代码。",
            "Choose the institution from the library, or give its full name and division code.",
        )
    for name in ("department", "position"):
        if getattr(period, name) is None:
            yield _required(f"{pointer}/{name}")
    if period.first_day is None:
        yield _required(f"{pointer}/from")
    elif period.first_day > today:
        yield FieldProblem(
            f"{pointer}/from", "date_in_future", "开始日期不能晚于今天。", "It can not start in the future."
        )
    if period.last_day is None and not period.is_current:
        yield _required(f"{pointer}/to")
    if period.first_day is not None and period.last_day is not None and period.last_day < period.first_day:
        yield FieldProblem(
            f"{pointer}/to", "date_order", "结束日期不能早于开始日期。", "The end lies before the start."
        )
    if period.last_day is not None and period.last_day > today and not period.is_current:
        yield FieldProblem(f"{pointer}/to", "date_in_future", "既往经历须已结束。", "An earlier row has ended already.")


def _assistant(content: Content, identity: PersonIdentity, year: int) -> Iterator[FieldProblem]:
    if not content.is_assistant_upgrade:
        return
    record = content.assistant
    for name in (
        "qualification_certificate_no",
        "practising_certificate_no",
        "first_registration_date",
        "practising_category_code",
    ):
        if record is None or getattr(record, name) is None:
            yield _required(f"/assistant/{name}")
    if record is None:
        return
    if record.practising_certificate_no is not None:
        fault = practising_certificate_fault(record.practising_certificate_no)
        yield from _certificate("/assistant/practising_certificate_no", fault)
    if record.qualification_certificate_no is not None:
        fault = qualification_certificate_fault(
            record.qualification_certificate_no, identity.document_type, identity.document_no, year
        )
        yield from _certificate("/assistant/qualification_certificate_no", fault)


def _certificate(pointer: str, fault: str | None) -> Iterator[FieldProblem]:
    if fault is not None:
        zh, en = _CERTIFICATE_FAULTS[fault]
        yield FieldProblem(pointer, fault, zh, en)


def _basics(content: Content, identity: PersonIdentity) -> Iterator[FieldProblem]:
    if identity.ethnicity_code is None and content.ethnicity_code is None and identity.document_type == "resident_id":
        yield _required("/ethnicity_code")


def _required(pointer: str) -> FieldProblem:
    return FieldProblem(pointer, "required", "此项必填。", "This field is required.")
