"""A sheet of supervisors for a roster: its columns and what a row of it asks for (P2, 5.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.sheet_cells import RowCells
from services.institution.domain.written import CATEGORY_CODE, PERSON_NAME
from shared.spreadsheets.columns import Columns

COLUMNS: Final = Columns(
    {
        "姓名": "name",
        "执业证书编码": "practising_certificate_no",
        "类别代码": "category_code",
        "多点执业": "multi_site",
        "带教人数上限": "trainee_limit",
        "name": "name",
        "practising_certificate_no": "practising_certificate_no",
        "category_code": "category_code",
        "multi_site": "multi_site",
        "trainee_limit": "trainee_limit",
    },
    needed=frozenset({"name", "practising_certificate_no"}),
)


@dataclass(frozen=True, slots=True)
class WantedSupervisor:
    """One row, understood; the number is tidied. Without a category the number's own is taken."""

    name: str
    practising_no: str
    category_code: str | None
    multi_site: bool
    trainee_limit: int | None


def wanted_supervisor(cells: Mapping[str, str]) -> WantedSupervisor:
    """Raises RowWrong with every cell that is wrong; the number is judged as everywhere."""
    row = RowCells(cells)
    name = row.matching("name", row.need("name"), PERSON_NAME, "person_name_invalid", *_PERSON)
    number = tidy(row.need("practising_certificate_no"))
    category = row.matching("category_code", row.text("category_code"), CATEGORY_CODE, "category_invalid", *_CATEGORY)
    multi_site = row.yes("multi_site")
    limit = row.matching("trainee_limit", row.text("trainee_limit"), r"\d{1,2}", "trainee_limit_invalid", *_LIMIT)
    row.require_right()
    return WantedSupervisor(name or "", number, category, multi_site, int(limit) if limit else None)


def keys_of(wanted: WantedSupervisor) -> list[tuple[str, str]]:
    """By what two rows are one supervisor: the number."""
    return [("practising_certificate_no", wanted.practising_no)]


_PERSON: Final = ("姓名应为2至50个字，不含数字", "A name has 2 to 50 characters and no digits")
_LIMIT: Final = ("请填写人数，如 5，空白表示按规定上限", "Write a number such as 5; blank means the most allowed")
_CATEGORY: Final = (
    "请填写3位类别代码，如 110，空白表示按证书编码",
    "Write a category code such as 110; blank takes the number's",
)
