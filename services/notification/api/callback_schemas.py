"""What providers send of texts they took, and the answers they wait for. Of a body nothing is read that says whose the
text is: numbers and times are dropped where they come in (V68)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from services.notification.domain.receipt import MOST_RECEIPTS
from shared.web.schemas import View

Serial = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:^_.-]{1,80}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:^_. -]{0,40}$")]


class _Reported(BaseModel):
    # Providers add fields as they like.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class AliyunReceipt(_Reported):
    """One text of an Aliyun SmsReport."""

    biz_id: Serial
    out_id: str = Field("", max_length=80)
    success: bool
    err_code: Code = ""


class TencentReceipt(_Reported):
    """One text of a Tencent status callback; `sid` is the SerialNo of the send."""

    sid: Serial
    report_status: Annotated[str, StringConstraints(pattern=r"^(SUCCESS|FAIL)$")]
    errmsg: Code = ""


class AliyunReport(RootModel[Annotated[list[AliyunReceipt], Field(max_length=MOST_RECEIPTS)]]):
    """An SmsReport."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class TencentReport(RootModel[Annotated[list[TencentReceipt], Field(max_length=MOST_RECEIPTS)]]):
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
