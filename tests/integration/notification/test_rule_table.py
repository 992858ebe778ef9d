"""The rule table cell by cell: every row's event reaches exactly its audience, by exactly its channels, in words; as
it came with the software, and with every channel on that may be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
import pytest_asyncio

from services.notification.domain.preference import CHOOSABLE
from services.notification.domain.rule_channels import CHANNELS
from services.notification.domain.sample_events import sample_event
from shared.contracts.event import Event
from shared.contracts.identity import EmailCodeIssued
from shared.contracts.identity_staff import StaffChanged
from shared.ids import PersonId, StaffId, new_id
from tests.integration.notification.copies import another_copy
from tests.integration.notification.rule_rows import rule_rows
from tests.integration.notification.sms_providers import contact
from tests.integration.notification.test_staff_notices import account
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving

PHONE: Final = "13911110009"
_ROWS = "SELECT * FROM notification_rule WHERE event_type = $1"
_HEARD = """
SELECT 'in_app' AS channel, recipient_id, template_key FROM message WHERE event_id = $1 UNION ALL
SELECT channel, recipient_id, template_key FROM delivery WHERE event_id = $1
"""
_NOTICES: Final = [one for one in rule_rows() if one[1] != "phone"]
_KEYS = "SELECT event_type, audience FROM notification_rule"
_WRITE = """
UPDATE message_template SET wechat_template_id = 'wx_template_0001',
                            wechat_fields = coalesce(wechat_fields, '{"thing1": "通知"}'),
                            email_subject = coalesce(email_subject, '通知')
"""


@dataclass(slots=True)
class Cast:
    """Everybody whom an event can address, and one of each kind whom it does not concern."""

    service: ServiceUnderTest
    unit: UUID = field(default_factory=new_id)
    body: UUID = field(default_factory=new_id)
    audiences: dict[str, set[UUID]] = field(default_factory=dict)
    told: int = 1

    async def enter(self) -> "Cast":
        """Tell how each is reached."""
        office: dict[str, Any] = {"scope_kind": "exam_body"}
        self.audiences = {
            "candidate": {await self._person()},
            "institution_admins": {
                await self._staff(role="institution_owner", scope_id=self.unit),
                await self._staff(role="institution_business_admin", scope_id=self.unit),
            },
            "filing_body_staff": {
                await self._staff(role=role, scope_id=self.body, **office)
                for role in ("zone_admin", "site_admin", "point_admin")
            },
            "staff_self": {await self._staff()},
            "from_staff": {await self._staff()},
            "to_staff": {await self._staff(state="invited")},
        }
        await self._person()
        await self._staff(role="institution_owner")
        await self._staff(role="institution_owner", scope_id=self.unit, state="disabled")
        await self._staff(role="point_admin", **office)
        await self._staff(role="auditor", scope_id=self.body, **office)
        return self

    async def _person(self) -> UUID:
        """Reachable by every channel, and wishing to be."""
        person = PersonId(new_id())
        await contact(self.service, person, PHONE, "o-1", "wei@mail.example")
        caller = self.service.caller("candidate", id=person)
        for category in CHOOSABLE:
            body = {"category": category, "wechat": True, "sms": True, "email": True}
            assert (await caller.put("/channel-preferences", body)).status == 200
        return person

    async def _staff(self, **more: Any) -> UUID:
        staff = StaffId(new_id())
        await self.service.deliver(account(self.service, staff, PHONE, **more))
        return staff

    def event(self, key: str) -> Event:
        """The sample of a row, about these people."""
        sample = sample_event(key)
        who = {"institution_id": self.unit, "filing_body_id": self.body, "event_id": new_id()}
        names = {"candidate": "person_id", "staff_self": "staff_id", "from_staff": "from_staff_id"}
        for audience, name in (names | {"to_staff": "to_staff_id"}).items():
            (who[name],) = self.audiences[audience]
        named = {name: at for name, at in who.items() if getattr(sample, name, None) is not None}
        self.told += 1
        moment = self.service.clock.now() + timedelta(seconds=self.told)
        event = sample.model_copy(update=named | {"occurred_at": moment, "aggregate_version": self.told})
        if isinstance(event, StaffChanged):
            snapshot = account(self.service, event.staff_id, PHONE)
            return event.model_copy(update={"phone": snapshot.phone, "name": snapshot.name})
        return event

    async def newest(self, reader: UUID, language: str) -> dict[str, Any]:
        """What one reads first in the app."""
        caller = self.service.caller("auditor", id=reader)
        answer = await caller.call("GET", "/messages?limit=1", headers={"Accept-Language": language})
        (message,) = answer.body["items"]
        return dict(message)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(engines: Engines) -> AsyncIterator[Cast]:
    """The same people for all rows: what one event did is told apart by its id. WeChat and e-mail are written, so that
    nothing but the cell keeps a row from them."""
    async with serving(engines, "notification") as service:
        async with service.database.transaction() as tx:
            await tx.execute(_WRITE)
        yield await Cast(service).enter()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wide(engines: Engines) -> AsyncIterator[Cast]:
    """The zone has switched on all that it may."""
    async with serving(engines, "notification") as service:
        async with service.database.transaction() as tx:
            await tx.execute(_WRITE)
        zone = service.caller("zone_admin")
        for row in await fetch(service, "SELECT * FROM notification_rule WHERE audience <> 'phone'"):
            on, version = [name for name in CHANNELS if row[name]], row["version"]
            for channel in ("wechat", "email"):
                body = {"channels": [*on, channel], "reason": "全部打开"}
                answer = await zone.put(f"/notification-rules/{row['id']}", body, version=version)
                if answer.status == 200:
                    on, version = answer.body["channels"], answer.body["version"]
        yield await Cast(another_copy(service)).enter()


async def fetch(service: ServiceUnderTest, sql: str, *arguments: object) -> list[dict[str, Any]]:
    """Rows of the service's own tables."""
    async with service.database.read() as reader:
        return [dict(row) for row in await reader.fetch(sql, *arguments)]


@pytest.mark.requirement("M4")
@pytest.mark.parametrize(("key", "audience"), _NOTICES, ids=[":".join(one) for one in _NOTICES])
async def test_a_row_reaches_its_audience_by_its_channels(cast: Cast, key: str, audience: str) -> None:
    """Told twice, heard once: by all of the audience and nobody else, by the channels that the row switches on and no
    other, in both languages, with every placeholder filled."""
    rules = await played(cast, key)
    if rules[audience]["in_app"]:
        await reads_in_words(cast, next(iter(cast.audiences[audience])), rules[audience]["template_key"])


@pytest.mark.requirement("M4")
async def test_every_channel_that_may_be_switched_on_is_used(wide: Cast) -> None:
    """No cell can be on by which nothing goes, and nothing goes by a cell that is off: every row, with WeChat and
    e-mail written. The control: a row about a declaration has all four on, a warning none of the two, staff neither."""
    rows = {(key, audience): (await played(wide, key))[audience] for key, audience in _NOTICES}
    on = {at: [name for name in CHANNELS if row[name]] for at, row in rows.items()}
    assert on["declaration.approved.v1", "candidate"] == list(CHANNELS)
    assert on["identity.merge_decided.v1:approved", "candidate"] == ["in_app", "sms"]
    assert on["identity.person_verified.v1", "candidate"] == ["in_app", "sms", "wechat"]
    assert {name for at, names in on.items() if at[1] != "candidate" for name in names} == {"in_app", "sms"}


async def played(cast: Cast, key: str) -> dict[str, dict[str, Any]]:
    """The rules of an event by audience, after it was told twice and every cell of theirs was compared with who heard
    by which channel."""
    rules = {rule["audience"]: rule for rule in await fetch(cast.service, _ROWS, key)}
    event = cast.event(key)
    await cast.service.deliver(event)
    await cast.service.deliver(event)
    heard = [tuple(row.values()) for row in await fetch(cast.service, _HEARD, event.event_id)]
    assert sorted(heard) == sorted(
        (channel, one, rule["template_key"])
        for name, rule in rules.items()
        for channel in CHANNELS
        if rule[channel]
        for one in cast.audiences[name]
    ), key
    return rules


async def reads_in_words(cast: Cast, reader: UUID, template: str) -> None:
    """The newest message, in both languages."""
    zh, en = await cast.newest(reader, "zh"), await cast.newest(reader, "en")
    assert zh["kind"] == en["kind"] == template
    assert zh["title"] != en["title"]
    for text in (zh["body"], en["body"]):
        assert "{" not in text
        assert "None" not in text
        assert "  " not in text, "a placeholder was filled with nothing"


@pytest.mark.requirement("M10", "V9")
@pytest.mark.parametrize("key", [key for key, audience in rule_rows() if audience == "phone"])
async def test_a_row_for_an_address_goes_to_the_address_alone(cast: Cast, key: str) -> None:
    """One text for the number in the event, or one letter for its mailbox; nothing in anybody's inbox."""
    event = cast.event(key)
    await cast.service.deliver(event)
    await cast.service.deliver(event)
    (rule,) = await fetch(cast.service, _ROWS, key)
    channel = "email" if key == EmailCodeIssued.TYPE else "sms"
    assert [name for name in CHANNELS if rule[name]] == [channel]
    heard = [(row["channel"], row["template_key"]) for row in await fetch(cast.service, _HEARD, event.event_id)]
    assert heard == [(channel, rule["template_key"])]


async def test_every_row_of_the_table_is_played(cast: Cast) -> None:
    """The rows of the migrated database are those that the tests above go through: none is left out."""
    rows = {(row["event_type"], row["audience"]) for row in await fetch(cast.service, _KEYS)}
    # What a receipt teaches is no event, and is told where the receipt is taken: test_holding.py.
    assert rows - {("notification.number_unreachable.v1", "candidate")} == set(rule_rows())


async def test_a_row_that_is_switched_off_is_missed(cast: Cast) -> None:
    """The control: with the cells of the row off, nobody hears, so that a cell that is ignored can not pass."""
    event = cast.event("declaration.approved.v1")
    switch = "UPDATE notification_rule SET in_app = $2, sms = $2, wechat = $2, email = $2 WHERE event_type = $1"
    for on in (False, True):
        async with cast.service.database.transaction() as tx:
            await tx.execute(switch, event.TYPE, on)
        await another_copy(cast.service).deliver(event)
        assert len(await fetch(cast.service, _HEARD, event.event_id)) == (len(CHANNELS) if on else 0)
