"""Notification with something that stands for WeChat and for the mail server behind the ports, and people who gave it
consents."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.notification.channels.letter import Letter
from services.notification.channels.wechat_notice import WechatNotice
from services.notification.delivering import deliver_due
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.storage import consents
from shared.clock import FrozenClock
from shared.ids import PersonId, new_id
from tests.integration.notification.sms_providers import contact
from tests.support.service_under_test import Serve, ServiceUnderTest

TEMPLATE = "tmpl-approved"
PHONE = "19900003000"
_SET_UP = (
    "UPDATE notification_rule SET wechat = true, email = true, sms = true WHERE audience = 'candidate'",
    f"""UPDATE message_template SET wechat_template_id = '{TEMPLATE}', email_subject = '申报结果',
        wechat_fields = '{{"thing1": "{{institution_name}}"}}' WHERE key IN ('approved', 'wechat_linked')""",
)

SHOWN = "CASE outcome_code WHEN 'not_reached' THEN outcome_code ELSE state END"
Said = TypeVar("Said")


@dataclass
class Taker(Generic[Said]):
    """What stands for a provider behind the port: answers by script, else takes what it is given."""

    script: deque[Outcome] = field(default_factory=deque)
    taken: list[Said] = field(default_factory=list)

    async def send(self, said: Said) -> Outcome:
        """As scripted."""
        outcome = self.script.popleft() if self.script else Outcome(Verdict.SENT, "0")
        if outcome.verdict in (Verdict.SENT, Verdict.UNKNOWN):
            self.taken.append(said)
        return outcome

    async def close(self) -> None:
        """Nothing to give up."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The service with WeChat and mail, nobody at the SMS provider's address (a text that goes shows as
    `not_reached`)."""

    service: ServiceUnderTest
    deps: Dependencies
    wechat: Taker[WechatNotice]
    letters: Taker[Letter]

    async def person(self, *, consented: int = 0, openid: str | None = "o-1", email: str | None = None) -> PersonId:
        """Somebody who can be reached, with consents to the template."""
        person = PersonId(new_id())
        await contact(self.service, person, PHONE, openid, email)
        async with self.service.database.transaction() as tx:
            for _ in range(consented):
                await consents.insert_given(tx, person, [TEMPLATE], self.service.clock.now())
        return person

    async def batch(self, times: int = 1) -> None:
        """The sending loop."""
        for _ in range(times):
            await deliver_due(self.deps)

    async def states(self, person: UUID) -> dict[str, str]:
        """Channel -> state of the one notice to a person; `not_reached` of a text that was tried."""
        rows = await self.rows(f"SELECT channel, {SHOWN} AS shown FROM delivery WHERE recipient_id = $1", person)
        return {row["channel"]: row["shown"] for row in rows}

    async def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database says."""
        async with self.service.database.read() as reader:
            return list(await reader.fetch(query, *values))

    async def left(self, person: UUID) -> int:
        """Consents that are left."""
        rows = await self.rows("SELECT remaining FROM wechat_consent WHERE person_id = $1", person)
        return int(rows[0]["remaining"]) if rows else 0


async def channels(serve: Serve) -> Channels:
    """At nine in the morning of a working day."""
    clock = FrozenClock(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    service: ServiceUnderTest = await serve("notification", clock, SMS__ENDPOINT="http://127.0.0.1:9")
    async with service.database.transaction() as tx:
        for statement in _SET_UP:
            await tx.execute(statement)
    wechat, letters = Taker[WechatNotice](), Taker[Letter]()
    return Channels(service, replace(service.deps, wechat=wechat, letters=letters), wechat, letters)
