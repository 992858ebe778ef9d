"""The rule table cell by cell: every row's event reaches exactly its audience, by exactly its channels, in words."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
import pytest_asyncio

from services.notification.domain.sample_events import sample_event
from shared.contracts.event import Event
from shared.contracts.identity import PersonContactChanged, StaffChanged
from shared.ids import StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.notification.copies import another_copy
from tests.integration.notification.rule_rows import rule_rows
from tests.integration.notification.test_staff_notices import account
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving

PHONE: Final = "13911110009"
_ROWS = "SELECT event_type, audience, template_key, in_app, sms FROM notification_rule WHERE event_type = $1"
_MESSAGES = "SELECT recipient_id, template_key FROM message WHERE event_id = $1"
_TEXTS = "SELECT recipient_id, template_key FROM delivery WHERE event_id = $1 AND channel = 'sms'"
_KEYS = "SELECT event_type, audience FROM notification_rule"


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
        person = new_id()
        place = f"{PersonContactChanged.TYPE}.phone:{person}"
        fields = {"occurred_at": self.service.clock.now(), "aggregate_version": 1, "person_id": person}
        phone = seal_for_event(self.service.keyring, "contact", place, PHONE)
        await self.service.deliver(PersonContactChanged.model_validate(fields | {"phone": phone}))
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
    """The same people for all rows: what one event did is told apart by its id."""
    async with serving(engines, "notification") as service:
        yield await Cast(service).enter()


async def fetch(service: ServiceUnderTest, sql: str, *arguments: object) -> list[dict[str, Any]]:
    """Rows of the service's own tables."""
    async with service.database.read() as reader:
        return [dict(row) for row in await reader.fetch(sql, *arguments)]


@pytest.mark.requirement("M4")
@pytest.mark.parametrize(("key", "audience"), [one for one in rule_rows() if one[1] != "phone"], ids=":".join)
async def test_a_row_reaches_its_audience_by_its_channels(cast: Cast, key: str, audience: str) -> None:
    """Told twice, heard once: by all of the audience and nobody else, by the channels that the row switches on and no
    other, in both languages, with every placeholder filled."""
    rules = {rule["audience"]: rule for rule in await fetch(cast.service, _ROWS, key)}
    event = cast.event(key)
    await cast.service.deliver(event)
    await cast.service.deliver(event)
    for table, channel in ((_MESSAGES, "in_app"), (_TEXTS, "sms")):
        heard = [(row["recipient_id"], row["template_key"]) for row in await fetch(cast.service, table, event.event_id)]
        assert sorted(heard) == sorted(
            (one, rule["template_key"]) for name, rule in rules.items() if rule[channel] for one in cast.audiences[name]
        )
    if rules[audience]["in_app"]:
        await reads_in_words(cast, next(iter(cast.audiences[audience])), rules[audience]["template_key"])


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
async def test_a_row_for_a_phone_goes_to_the_phone_alone(cast: Cast, key: str) -> None:
    """One text for the number in the event, nothing in anybody's inbox."""
    event = cast.event(key)
    await cast.service.deliver(event)
    await cast.service.deliver(event)
    (rule,) = await fetch(cast.service, _ROWS, key)
    assert (rule["in_app"], rule["sms"]) == (False, True)
    assert [row["template_key"] for row in await fetch(cast.service, _TEXTS, event.event_id)] == [rule["template_key"]]
    assert await fetch(cast.service, _MESSAGES, event.event_id) == []


async def test_every_row_of_the_table_is_played(cast: Cast) -> None:
    """The rows of the migrated database are those that the tests above go through: none is left out."""
    rows = {(row["event_type"], row["audience"]) for row in await fetch(cast.service, _KEYS)}
    # What a receipt teaches is no event, and is told where the receipt is taken: test_holding.py.
    assert rows - {("notification.number_unreachable.v1", "candidate")} == set(rule_rows())


async def test_a_row_that_is_switched_off_is_missed(cast: Cast) -> None:
    """The control: with the cells of the row off, nobody hears, so that a cell that is ignored can not pass."""
    event = cast.event("declaration.approved.v1")
    switch = "UPDATE notification_rule SET in_app = $2, sms = $2 WHERE event_type = $1"
    for on in (False, True):
        async with cast.service.database.transaction() as tx:
            await tx.execute(switch, event.TYPE, on)
        await another_copy(cast.service).deliver(event)
        for table in (_MESSAGES, _TEXTS):
            assert len(await fetch(cast.service, table, event.event_id)) == on
