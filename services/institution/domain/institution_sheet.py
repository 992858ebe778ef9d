"""A sheet of institutions for the library: its columns and what a row of it asks for (B7, 5.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.names import name_key
from services.institution.domain.sheet_cells import RowCells
from services.institution.domain.written import BODY_CODE, DIVISION_CODE, MOBILE, ORGANISATION_NAME, PERSON_NAME
from shared.spreadsheets.columns import Columns

COLUMNS: Final = Columns(
    {
        "机构名称": "name",
        "区划代码": "division_code",
        "机构类型": "institution_type",
        "统一社会信用代码": "credit_code",
        "信用代码核对说明": "credit_code_reason",
        "执业许可证登记号": "registration_no",
        "备案机构代码": "filing_body_code",
        "主账号姓名": "owner_name",
        "主账号手机号": "owner_phone",
        "name": "name",
        "division_code": "division_code",
        "institution_type": "institution_type",
        "credit_code": "credit_code",
        "credit_code_reason": "credit_code_reason",
        "registration_no": "registration_no",
        "filing_body_code": "filing_body_code",
        "owner_name": "owner_name",
        "owner_phone": "owner_phone",
    },
    needed=frozenset({"name", "division_code", "institution_type"}),
)
_CHINESE: Final[Mapping[str, InstitutionType]] = {
    "综合医院": "general_hospital",
    "中医医院": "tcm_hospital",
    "中西医结合医院": "integrated_hospital",
    "民族医院": "ethnic_hospital",
    "专科医院": "specialised_hospital",
    "康复医院": "rehabilitation_hospital",
    "妇幼保健院": "maternal_child_hospital",
    "社区卫生服务中心": "community_health_centre",
    "社区卫生服务站": "community_health_station",
    "卫生院": "township_health_centre",
    "乡镇卫生院": "township_health_centre",
    "疗养院": "sanatorium",
    "门诊部": "outpatient_department",
    "诊所": "clinic",
    "卫生所": "clinic",
    "医务室": "clinic",
    "卫生站": "clinic",
    "村卫生室": "village_clinic",
    "急救中心": "first_aid",
    "急救站": "first_aid",
    "临床检验中心": "clinical_laboratory",
    "专科疾病防治院": "specialised_prevention",
    "护理院": "nursing_home",
    "护理站": "nursing_home",
    "疾病预防控制中心": "cdc",
    "血站": "blood_station",
    "其他": "other",
}
TYPES: Final[Mapping[str, InstitutionType]] = {**_CHINESE, **{kind: kind for kind in _CHINESE.values()}}
"""What may stand in the column of types."""


@dataclass(frozen=True, slots=True)
class WantedInstitution:
    """One row, understood; numbers are tidied. Without an owner nobody is invited. A credit code whose check character
    is wrong passes with a reason."""

    name: str
    division_code: str
    institution_type: InstitutionType
    credit_code: str | None
    credit_code_reason: str | None
    registration_no: str | None
    filing_body_code: str | None
    owner_name: str | None
    owner_phone: str | None


def wanted_institution(cells: Mapping[str, str]) -> WantedInstitution:
    """Raises RowWrong with every cell that is wrong; numbers and divisions are judged with the library at hand."""
    row = RowCells(cells)
    name = row.matching("name", row.need("name"), ORGANISATION_NAME, "name_invalid", *_NAME)
    division = row.matching("division_code", row.need("division_code"), DIVISION_CODE, "division_invalid", *_DIVISION)
    kind = row.chosen("institution_type", TYPES, *_TYPE)
    body = row.matching("filing_body_code", row.text("filing_body_code"), BODY_CODE, "body_code_invalid", *_BODY)
    owner = row.matching("owner_name", row.text("owner_name"), PERSON_NAME, "person_name_invalid", *_PERSON)
    phone = row.matching("owner_phone", tidy(row.text("owner_phone") or ""), MOBILE, "phone_invalid", *_PHONE)
    if (row.text("owner_name") is None) != (row.text("owner_phone") is None):
        row.note("owner_phone" if row.text("owner_name") else "owner_name", "owner_incomplete", *_OWNER)
    why = row.matching(
        "credit_code_reason",
        row.text("credit_code_reason"),
        r"[^\x00-\x08\x0b-\x1f]{2,500}",
        "reason_invalid",
        *_REASON,
    )
    row.require_right()
    if name is None or division is None or kind is None:
        raise AssertionError("a needed cell was neither right nor refused")
    credit, licence = (tidy(cells.get(field, "")) or None for field in ("credit_code", "registration_no"))
    return WantedInstitution(name, division, kind, credit, why, licence, body, owner, phone)


def keys_of(wanted: WantedInstitution) -> list[tuple[str, str]]:
    """By what two rows are one institution (B7): name in its county, credit code, licence number."""
    keys = [("name", f"{wanted.division_code} {name_key(wanted.name)}")]
    numbers = (("credit_code", wanted.credit_code), ("registration_no", wanted.registration_no))
    return keys + [(field, number) for field, number in numbers if number]


_NAME: Final = (
    "机构名称应为2至100个字，不含特殊符号，请按许可证填写",
    "2 to 100 characters as on the licence",
)
_DIVISION: Final = ("请填写6位县级行政区划代码", "Write the county's division code of 6 digits")
_TYPE: Final = (
    "请填写规定的机构类型，如：综合医院、卫生院、村卫生室",
    "Write one of the types, such as clinic",
)
_BODY: Final = (
    "请填写备案考试管理机构的代码，空白表示本机构",
    "Write the exam body's code; blank means your own",
)
_PERSON: Final = ("姓名应为2至50个字，不含数字", "A name has 2 to 50 characters and no digits")
_PHONE: Final = ("请填写11位手机号", "Write a mobile number of 11 digits")
_REASON: Final = ("说明应为2至500个字", "An explanation has 2 to 500 characters")
_OWNER: Final = ("邀请主账号需同时填写姓名和手机号", "To invite an owner write both name and phone")
