"""What people fill in and upload, all invented: a complete form, periods, reasons, a picture."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image

from shared.ids import new_id

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REASONS = {"reasons": [{"pointer": "/periods/0/from", "code": "period_wrong", "text": "起始日期与考勤不符"}]}
REJECTION = {"reasons": [{"code": "not_our_probationer"}]}
ALLOWANCE = {"reason_code": "information_wrong", "text": "专业填写有误"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A trial institution with one supervisor."""

    id: UUID
    name: str
    supervisor_id: UUID


def document_no(serial: int) -> str:
    """An invented resident ID number with a valid check digit (GB 11643)."""
    body = f"420106199{serial // 1000 % 10}0307{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def picture(shade: int = 240) -> bytes:
    """A small photograph; another shade is another file."""
    data = BytesIO()
    Image.new("RGB", (64, 48), (shade, 240, 235)).save(data, "JPEG")
    return data.getvalue()


def complete_content(unit: Unit) -> dict[str, Any]:
    """Everything an ordinary graduate has to fill in."""
    return {
        "education": [
            {
                "level": "21",
                "form": "full_time",
                "school": "江城医科大学",
                "major": "临床医学",
                "degree_type": "none",
                "enrolled_on": "2019-09-01",
                "graduated_on": "2024-06-30",
                "certificate_no": "104871202405001234",
                "is_basis": True,
            }
        ],
        "periods": [current_period(unit)],
        "is_assistant_upgrade": False,
        "fresh_graduate": False,
        "is_active_military": False,
    }


def current_period(unit: Unit, begun: str = "2025-07-01", ended: str | None = None) -> dict[str, Any]:
    """The row at the bound unit."""
    return {
        "is_current": True,
        "department": "内科",
        "position": "试用医师",
        "from": begun,
        "to": ended,
        "supervisors": [{"supervisor_id": str(unit.supervisor_id)}],
        "work_summary": "轮转心内、呼吸、消化。",
    }


def prior_period(unit: Unit, begun: str = "2024-08-01", ended: str = "2025-06-30") -> dict[str, Any]:
    """An earlier row at another unit of the library."""
    row = current_period(unit, begun, ended)
    return row | {"id": str(new_id()), "is_current": False, "institution_id": str(unit.id)}
