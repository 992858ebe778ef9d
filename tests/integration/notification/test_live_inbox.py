"""The inbox, live: what is unread as server-sent events."""

import time
from contextlib import AbstractAsyncContextManager

import pytest

from services.notification.use_cases.inbox.feed import InboxFeed
from shared.actor import Actor
from shared.ids import PersonId, new_id
from tests.integration.notification.test_running import approved
from tests.support.event_streams import Ear, listening
from tests.support.service_under_test import Serve, ServiceUnderTest


def watching(service: ServiceUnderTest, person: PersonId, after: str | None = None) -> AbstractAsyncContextManager[Ear]:
    """The open inbox of a person."""
    token = service.token(Actor("candidate", person, "candidate", None, new_id()))
    return listening(service.session, f"{service.base}/messages/events", token, after=after)


async def test_what_is_unread_arrives_while_one_watches(serve: Serve) -> None:
    """The state at once, then each change within two seconds: a new message, and reading it on another device. Nothing
    of others comes, and after a cut only what has changed."""
    service = await serve("notification")
    person, other = PersonId(new_id()), PersonId(new_id())
    await approved(service, person)
    async with watching(service, person) as ear:
        first = (await ear.until(1))[0]
        assert (first.event, first.data["unread"]) == ("unread", 1)
        await approved(service, other)
        await approved(service, person)
        done = time.monotonic()
        second = (await ear.until(2))[1]
        assert second.data["unread"] == 2
        assert second.at - done < 2.0
        counts = {one["category"]: one["unread"] for one in second.data["categories"]}
        assert counts["declaration"] == 2
        candidate = service.caller("candidate", id=person)
        assert (await candidate.post("/messages/reading")).body == {"marked": 2}
        assert (await ear.until(3))[2].data["unread"] == 0
        assert len(ear.events) == 3
        last = ear.last_id
    async with watching(service, person, last) as again:
        await approved(service, person)
        assert [one.data["unread"] for one in await again.until(1)] == [1]


async def test_one_read_and_one_new_is_a_change(serve: Serve) -> None:
    """The number stays the same, the state does not: the client hears of it."""
    service = await serve("notification")
    person = PersonId(new_id())
    await approved(service, person)
    async with watching(service, person) as ear:
        await ear.until(1)
        async with service.database.transaction() as tx:
            await tx.execute("UPDATE message SET read_at = now() WHERE recipient_id = $1", person)
            await tx.execute(
                "INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at)"
                " VALUES ($1, $2, 'person_verified', 1, '{}', now())",
                person,
                new_id(),
            )
        changed = (await ear.until(2))[1]
        assert (changed.data["unread"], changed.id == ear.events[0].id) == (1, False)


async def test_without_the_feed_no_change_arrives(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the one look of the process taken away, nothing comes by some other way."""
    looked = InboxFeed._look

    async def blind(_feed: InboxFeed) -> None:
        return

    service = await serve("notification", INBOX_STREAMS="1")
    person = PersonId(new_id())
    async with watching(service, person) as ear:
        await ear.until(1)
        monkeypatch.setattr(InboxFeed, "_look", blind)
        await approved(service, person)
        with pytest.raises(TimeoutError):
            await ear.until(2, seconds=2.5)
        monkeypatch.setattr(InboxFeed, "_look", looked)
        assert (await ear.until(2))[1].data["unread"] == 1
        refused = await service.caller("candidate").get("/messages/events?seconds=1")
        assert (refused.status, refused.code) == (503, "streams_unavailable")
