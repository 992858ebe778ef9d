"""What providers send of texts they took, and the answers they wait for. Of a body nothing is read that says whose the
text is: numbers and times are dropped where they come in (V68)."""

import re
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from services.notification.domain.receipt import MOST_RECEIPTS, Receipt
from shared.web.schemas import View

_SERIAL: Final = re.compile(r"[A-Za-z0-9:^_.-]{1,80}")
_NO_CODE: Final = re.compile(r"[^A-Za-z0-9:^_. -]")
_SUCCESS: Final = {"SUCCESS": True, "FAIL": False}


def _object(given: object) -> object:
    return given if isinstance(given, dict) else {}


def _serial(given: object) -> str | None:
    return given if isinstance(given, str) and _SERIAL.fullmatch(given) else None


def _own(given: object) -> str:
    return given if isinstance(given, str) and len(given) <= 80 else ""


def _code(given: object) -> str:
    return _NO_CODE.sub("_", given[:40]) if isinstance(given, str) else ""


Serial = Annotated[str | None, BeforeValidator(_serial)]
Code = Annotated[str, BeforeValidator(_code)]


class _Reported(BaseModel):
    # Providers add fields as they like; a field that is not as documented is blank, lest the whole report be lost.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class AliyunReceipt(_Reported):
    """One text of an Aliyun SmsReport; it says nothing without `biz_id` and `success`."""

    biz_id: Serial = None
    out_id: Annotated[str, BeforeValidator(_own)] = ""
    success: Annotated[bool | None, BeforeValidator(lambda given: given if isinstance(given, bool) else None)] = None
    err_code: Code = ""

    def receipt(self) -> Receipt | None:
        """What it says, if anything."""
        if self.biz_id is None or self.success is None:
            return None
        return Receipt(self.biz_id, _uuid(self.out_id), self.success, self.err_code)


class TencentReceipt(_Reported):
    """One text of a Tencent status callback; `sid` is the SerialNo of the send. It says nothing without `sid` and
    SUCCESS or FAIL."""

    sid: Serial = None
    report_status: Code = ""
    errmsg: Code = ""

    def receipt(self) -> Receipt | None:
        """What it says, if anything."""
        if self.sid is None or self.report_status not in _SUCCESS:
            return None
        return Receipt(self.sid, None, _SUCCESS[self.report_status], self.errmsg)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


_AliyunItem = Annotated[AliyunReceipt, BeforeValidator(_object)]
_TencentItem = Annotated[TencentReceipt, BeforeValidator(_object)]


class AliyunReport(RootModel[Annotated[list[_AliyunItem], Field(max_length=MOST_RECEIPTS)]]):
    """An SmsReport."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class TencentReport(RootModel[Annotated[list[_TencentItem], Field(max_length=MOST_RECEIPTS)]]):
    """A status callback."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class AliyunTaken(View):
    """The answer without which Aliyun repeats the report after 1, 5 and 10 minutes."""

    code: int = 0
    msg: str = "接收成功"


class TencentTaken(View):
    """The answer without which Tencent repeats the callback, twice at most."""

    result: int = 0
    errmsg: str = "OK"
