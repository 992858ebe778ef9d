"""The port of WeChat's one-time notices (subscription messages): one consent of the reader, one message."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.notification.domain.delivery import Outcome


@dataclass(frozen=True, slots=True)
class WechatNotice:
    """One notice to one reader. `fields` are named as the vendor's template names them (`thing1`, `date2`), the name
    says what may stand in it; `page` is a page of the mini-program; `language` is `zh` or `en`."""

    out_id: UUID
    openid: str
    template_id: str
    page: str
    fields: dict[str, str]
    language: str


class WechatChannel(Protocol):
    """A provider. There is no look-up: what is UNKNOWN stays so."""

    async def send(self, notice: WechatNotice) -> Outcome:
        """Try once; never raises. FALL_BACK where this reader is not reached by this channel."""
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...
