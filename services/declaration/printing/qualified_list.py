"""The yearly list of qualified people as a document to print, seal and file (B13, B16, 4.7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from services.declaration.domain.list_pages import page_address, page_check
from services.declaration.printing.content_hash import content_hash
from services.declaration.printing.errors import ListContentChanged, ListTooLong, PrintFieldTooLong
from services.declaration.printing.labels import (
    KIND,
    LEVEL,
    RESULT,
    SEX,
    ExamLevel,
    ListedResult,
    ListKind,
    Sex,
    day,
    moment,
)
from shared.printing.render import PageCode

LONGEST_FIELD: Final = 256
# 2,000 lines are set within the memory and time of one print; the largest institutions have some hundreds.
LONGEST_LIST: Final = 2000


@dataclass(frozen=True, slots=True)
class ListLine:
    """One person. `document_no_masked` never holds the whole number; `certificate_no` is "" while there is none."""

    number: int
    name: str
    sex: Sex
    document_no_masked: str
    exam_level: ExamLevel
    exam_category_code: str
    exam_category_name: str
    probation_months: int
    probation_from: date
    probation_to: date
    result: ListedResult
    certificate_no: str = ""


@dataclass(frozen=True, slots=True)
class ListContent:
    """What is frozen, numbered and hashed. No lines: a nil return."""

    institution_name: str
    institution_registration_no: str
    filing_body_name: str
    cycle_year: int
    list_number: str
    kind: ListKind
    version: int
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class QualifiedListDocument:
    """A frozen list ready to print. `content_hash` is the one stored at generation, `generated_at` an aware time;
    `deciding_account` and `responsible_person` are stamped on the print (B16)."""

    content: ListContent
    content_hash: str
    generated_at: datetime
    deciding_account: str
    responsible_person: str
    verification_url: str

    template: ClassVar[str] = "qualified_list"

    @property
    def expected_pages(self) -> int:
        """With many names that need two lines a page has room for fifteen people or more."""
        return len(self.content.lines) // 14 + 3

    def page_code(self, page: int) -> PageCode:
        """What tells the page from every other page of every list (4.7)."""
        check = page_check(self.content_hash, page)
        return PageCode(page_address(self.verification_url, page, check), f"本页校验 {check}")

    def template_data(self) -> dict[str, object]:
        """What the template shows. Raises ListContentChanged, ListTooLong, PrintFieldTooLong."""
        if len(self.content.lines) > LONGEST_LIST:
            raise ListTooLong(limit=LONGEST_LIST)
        if content_hash(self.content) != self.content_hash:
            raise ListContentChanged()
        content = self.content
        data: dict[str, object] = {
            "institution_name": content.institution_name,
            "institution_registration_no": content.institution_registration_no,
            "filing_body_name": content.filing_body_name,
            "cycle_year": content.cycle_year,
            "list_number": content.list_number,
            "kind": content.kind,
            "kind_label": KIND[content.kind],
            "version": content.version,
            "content_hash": self.content_hash,
            "generated_at": moment(self.generated_at),
            "deciding_account": self.deciding_account,
            "responsible_person": self.responsible_person,
            "qualified_count": sum(line.result == "qualified" for line in content.lines),
            "provisional_count": sum(line.result == "provisional" for line in content.lines),
        }
        refuse_long_fields(data)
        return data | {"lines": [_row(line) for line in content.lines]}


def _row(line: ListLine) -> list[str]:
    category = f"{line.exam_category_code} {line.exam_category_name}".strip()
    row = {
        "序号": str(line.number),
        "姓名": line.name,
        "性别": SEX[line.sex],
        "证件号码": line.document_no_masked,
        "申报级别": LEVEL[line.exam_level],
        "申报类别": category,
        "试用月数": str(line.probation_months),
        "试用起止": f"{day(line.probation_from)} 至 {day(line.probation_to)}",
        "考核结果": RESULT[line.result],
        "证明编号": line.certificate_no or "—",
    }
    refuse_long_fields(row)
    return list(row.values())


def refuse_long_fields(data: dict[str, object] | dict[str, str]) -> None:
    """Raises PrintFieldTooLong for a text that no cell has room for."""
    for field, value in data.items():
        if isinstance(value, str) and len(value) > LONGEST_FIELD:
            raise PrintFieldTooLong(field=field, limit=LONGEST_FIELD)
