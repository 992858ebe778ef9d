"""What the fields of a declaration and their coded values are called on pages and prints, in Chinese and English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from services.declaration.domain.ethnic_groups import ethnic_group


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str

    def __add__(self, other: "Words") -> "Words":
        return Words(f"{self.zh}·{other.zh}", f"{self.en}: {other.en}")


# The parts of a pointer without its numbers. A row is named with its number, so "{}" stands where it goes.
_FIELDS: Final[Mapping[tuple[str, ...], Words]] = MappingProxyType(
    {
        ("choice", "exam_level"): Words("申报级别", "Exam level"),
        ("choice", "exam_category_code"): Words("申报类别代码", "Exam category code"),
        ("choice", "route"): Words("报考途径", "Route"),
        ("identity", "name"): Words("姓名", "Name"),
        ("identity", "document_type"): Words("证件类型", "Document type"),
        ("identity", "document_no"): Words("证件号码", "Document number"),
        ("identity", "sex"): Words("性别", "Sex"),
        ("identity", "birth_date"): Words("出生日期", "Date of birth"),
        ("identity", "ethnicity_code"): Words("民族", "Ethnic group"),
        ("identity", "country"): Words("国籍（地区）", "Nationality or region"),
        ("ethnicity_code",): Words("民族", "Ethnic group"),
        ("education",): Words("学历第{}条", "Degree {}"),
        ("education", "level"): Words("学历层次", "Level"),
        ("education", "form"): Words("学习形式", "Form of study"),
        ("education", "school"): Words("毕业学校", "School"),
        ("education", "major"): Words("所学专业", "Major"),
        ("education", "degree_type"): Words("学位类型", "Degree type"),
        ("education", "enrolled_on"): Words("入学日期", "Enrolled on"),
        ("education", "graduated_on"): Words("毕业日期", "Graduated on"),
        ("education", "certificate_no"): Words("毕业证书编号", "Diploma number"),
        ("education", "is_basis"): Words("作为申报学历", "Used to declare"),
        ("education", "awarded_in"): Words("学历授予地", "Awarded in"),
        ("education", "entered_from"): Words("入学前学历", "Entered from"),
        ("education", "associate_major"): Words("专升本前的专科专业", "Major of the associate degree before"),
        ("education", "direction_approved"): Words("专业方向已获国家批准", "Direction approved by the state"),
        ("expertise", "kind"): Words("师承或确有专长", "Apprenticeship or expertise"),
        ("expertise", "began_on"): Words("跟师学习开始日期", "Apprenticeship from"),
        ("expertise", "ended_on"): Words("跟师学习结束日期", "Apprenticeship to"),
        ("periods",): Words("试用经历第{}段", "Probation row {}"),
        ("periods", "is_current"): Words("是否当前单位", "Current unit"),
        ("periods", "institution_id"): Words("机构库编号", "Library id"),
        ("periods", "institution_name"): Words("试用机构", "Institution"),
        ("periods", "division_code"): Words("行政区划代码", "Division code"),
        ("periods", "registration_no"): Words("机构登记号", "Registration number"),
        ("periods", "department"): Words("科室", "Department"),
        ("periods", "position"): Words("岗位", "Position"),
        ("periods", "from"): Words("开始日期", "From"),
        ("periods", "to"): Words("结束日期", "To"),
        ("periods", "institution_grade"): Words("机构等级", "Grade of the institution"),
        ("periods", "interruptions"): Words("中断第{}段", "Interruption {}"),
        ("periods", "interruptions", "from"): Words("中断开始日期", "From"),
        ("periods", "interruptions", "to"): Words("中断结束日期", "To"),
        ("periods", "interruptions", "cause"): Words("中断原因", "Cause"),
        ("periods", "work_summary"): Words("工作内容", "Work summary"),
        ("periods", "supervisors"): Words("带教老师第{}位", "Supervisor {}"),
        ("periods", "supervisors", "name"): Words("姓名", "Name"),
        ("periods", "supervisors", "practising_certificate_no"): Words("执业证书编码", "Practising certificate number"),
        ("is_assistant_upgrade",): Words("执业助理医师报考执业医师", "Assistant applying for physician"),
        ("assistant", "qualification_certificate_no"): Words("医师资格证书编码", "Qualification certificate number"),
        ("assistant", "practising_certificate_no"): Words("医师执业证书编码", "Practising certificate number"),
        ("assistant", "first_registration_date"): Words("首次注册日期", "First registered on"),
        ("assistant", "practising_category_code"): Words("执业类别代码", "Practising category code"),
        ("fresh_graduate",): Words("应届毕业生", "Fresh graduate"),
        ("is_active_military",): Words("现役军人", "Active military"),
        ("note",): Words("备注", "Note"),
    }
)
_VALUES: Final[Mapping[str, Mapping[str, Words]]] = MappingProxyType(
    {
        "exam_level": {
            "licensed_physician": Words("执业医师", "Licensed physician"),
            "assistant_physician": Words("执业助理医师", "Assistant physician"),
        },
        "route": {
            "prescribed_education": Words("具有规定学历", "Prescribed education"),
            "apprenticeship_or_expertise": Words("师承或确有专长", "Apprenticeship or expertise"),
        },
        "level": {
            "11": Words("博士研究生", "Doctor"),
            "14": Words("硕士研究生", "Master"),
            "21": Words("大学本科", "Bachelor"),
            "31": Words("大学专科", "Associate"),
            "41": Words("中等专科", "Secondary technical"),
            "44": Words("职业高中", "Vocational high school"),
        },
        "form": {
            "full_time": Words("全日制", "Full-time"),
            "part_time": Words("非全日制", "Part-time"),
            "adult": Words("成人教育", "Adult education"),
            "self_study": Words("自学考试", "Self-study"),
            "distance": Words("远程教育", "Distance learning"),
        },
        "degree_type": {
            "academic": Words("学术学位", "Academic"),
            "professional": Words("专业学位", "Professional"),
            "none": Words("无学位", "None"),
        },
        "awarded_in": {
            "mainland": Words("内地", "Mainland"),
            "hong_kong": Words("香港", "Hong Kong"),
            "macau": Words("澳门", "Macau"),
            "taiwan": Words("台湾", "Taiwan"),
            "foreign": Words("国外", "Abroad"),
        },
        "entered_from": {
            "junior_high": Words("初中", "Junior high school"),
            "senior_high": Words("高中", "Senior high school"),
            "associate": Words("大学专科", "Associate degree"),
        },
        "kind": {
            "apprenticeship": Words("师承", "Apprenticeship"),
            "expertise": Words("确有专长", "Expertise"),
        },
        "cause": {
            "sick_leave": Words("病假", "Sick leave"),
            "maternity_leave": Words("产假", "Maternity leave"),
            "personal_leave": Words("事假", "Personal leave"),
            "study": Words("脱产学习", "Full-time study"),
            "other": Words("其他", "Other"),
        },
        "sex": {
            "0": Words("未知", "Unknown"),
            "1": Words("男", "Male"),
            "2": Words("女", "Female"),
            "9": Words("未说明", "Unstated"),
        },
        "document_type": {
            "resident_id": Words("居民身份证", "Resident ID card"),
            "hmt_residence_permit": Words("港澳台居民居住证", "Residence permit for Hong Kong, Macau and Taiwan"),
            "foreign_pr_card": Words("外国人永久居留身份证", "Foreign permanent resident ID card"),
            "hk_id": Words("香港身份证", "Hong Kong ID card"),
            "macau_id": Words("澳门身份证", "Macau ID card"),
            "taiwan_id": Words("台湾身份证", "Taiwan ID card"),
            "hm_travel_permit": Words("港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macau"),
            "tw_travel_permit": Words("台湾居民来往大陆通行证", "Mainland travel permit for Taiwan"),
            "passport": Words("护照", "Passport"),
            "officer_card": Words("军官证", "Officer's card"),
        },
    }
)
_YES: Final = Words("是", "Yes")
_NO: Final = Words("否", "No")
_NUMBER: Final = re.compile(r"\d+")


def field_label(pointer: str) -> Words:
    """What a JSON pointer names, rows with their number: 试用经历第1段·开始日期. Without a number rows are left out, an
    unknown part is named as it is."""
    names: tuple[str, ...] = ()
    label: Words | None = None
    parts = pointer.strip("/").split("/")
    for place, part in enumerate(parts):
        if _NUMBER.fullmatch(part):
            continue
        names += (part,)
        number = parts[place + 1] if place + 1 < len(parts) and _NUMBER.fullmatch(parts[place + 1]) else None
        own = _own_label(names, number, is_last=place == len(parts) - 1)
        if own is not None:
            label = own if label is None else label + own
    return label or Words(pointer, pointer)


def _own_label(names: tuple[str, ...], number: str | None, *, is_last: bool) -> Words | None:
    found = _FIELDS.get(names)
    if found is None:
        return Words(names[-1], names[-1]) if is_last else None
    if "{}" not in found.zh:
        return found
    return None if number is None else Words(found.zh.format(int(number) + 1), found.en.format(int(number) + 1))


def shown_value(pointer: str, value: Any) -> Words | None:
    """A value as people read it: codes in words, yes and no; None for what is absent."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _YES if value else _NO
    field = pointer.rsplit("/", 1)[-1]
    if field == "ethnicity_code":
        return Words(ethnic_group(str(value)) or str(value), ethnic_group(str(value)) or str(value))
    return _VALUES.get(field, {}).get(str(value), Words(str(value), str(value)))
