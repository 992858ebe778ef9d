"""Live progress between real processes: two copies of the api behind the gateway (A43, V17)."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.local.gateway_keys import gateway_header
from shared.ids import new_id
from tests.bench.declare.processor_time import resident_mib
from tests.e2e.live.conftest import DECLARATION, Live
from tests.support.event_streams import Ear, listening
from tests.support.ready_drafts import Draft
from tests.support.waiting import wait_until

_used = itertools.count()
IDLE = 1_000
APIS = ("declaration.api", "declaration.api.1")


def next_draft(live: Live) -> Draft:
    """One that no other test has."""
    return live.drafts[next(_used)]


@asynccontextmanager
async def watching(live: Live, draft: Draft, after: str | None = None) -> AsyncIterator[Ear]:
    """The live progress of a draft, through the gateway."""
    async with listening(live.session, live.events_url(draft), live.token(draft), after=after) as ear:
        yield ear


@pytest.mark.requirement("A43")
async def test_progress_comes_through_the_gateway_within_two_seconds(live: Live) -> None:
    """Whichever copy served the command and whichever serves the stream: nothing is buffered on the way, each step is
    there two seconds after its answer at the latest."""
    draft = next_draft(live)
    async with watching(live, draft) as one, watching(live, draft) as two, watching(live, draft) as three:
        ears = (one, two, three)
        for ear in ears:
            assert (await ear.until(1))[0].event == "state"
        receipt = await live.submit(draft)
        submitted = time.monotonic()
        for ear in ears:
            assert (await ear.until(2))[1].data["to_state"] == "submitted"
        await live.withdraw(draft, receipt["version"])
        withdrawn = time.monotonic()
        for ear in ears:
            assert (await ear.until(3))[2].data["to_state"] == "withdrawn"
        late = [ear.events[1].at - submitted for ear in ears] + [ear.events[2].at - withdrawn for ear in ears]
        assert max(late) < 2.0, late


@pytest.mark.requirement("A43")
async def test_a_killed_api_loses_nothing(live: Live) -> None:
    """Every api process is killed while somebody watches; what happens meanwhile comes with the next stream, once."""
    draft = next_draft(live)
    async with watching(live, draft) as ear:
        await ear.until(1)
        last = ear.last_id
        for part in APIS:
            live.stack.kill(part)
        async with asyncio.timeout(20):
            await ear.over.wait()
    for part in APIS:
        await live.stack.restart(part)
    receipt = await live.submit(draft)
    await live.withdraw(draft, receipt["version"])
    async with watching(live, draft, last) as again:
        steps = await again.until(2)
        assert [one.data["to_state"] for one in steps] == ["submitted", "withdrawn"]
        assert len({one.id for one in steps}) == 2


@pytest.mark.requirement("A43")
async def test_a_copy_that_leaves_says_so_and_leaves_in_time(live: Live) -> None:
    """A process told to stop ends its streams with a word, and is gone before anybody would have to kill it."""
    draft = next_draft(live)
    async with watching(live, draft) as one, watching(live, draft) as two:
        for ear in (one, two):
            await ear.until(1)
        began = time.monotonic()
        codes = await asyncio.gather(*(live.stack.stop(part) for part in APIS))
        assert codes == [0, 0]
        assert time.monotonic() - began < 15
        assert [ear.events[-1].data for ear in (one, two)] == [{"reason": "leaving"}] * 2
    for part in APIS:
        await live.stack.restart(part)


@pytest.mark.requirement("A43", "V17")
async def test_a_stream_ends_within_a_minute_of_the_logout(live: Live) -> None:
    """The session is heard of as ended: its stream is over within sixty seconds, one of another session is not."""
    draft, session = next_draft(live), new_id()
    url = live.events_url(draft)
    async with (
        listening(live.session, url, live.token(draft, session)) as gone,
        watching(live, draft) as stays,
    ):
        await gone.until(1)
        await stays.until(1)
        await live.execute("INSERT INTO declaration.ended_session (session_id) VALUES ($1)", session)
        await gone.until(2, seconds=60)
        assert gone.events[-1].data == {"reason": "signed_out"}
        assert not stays.over.is_set()


@pytest.mark.alone
@pytest.mark.requirement("A43")
async def test_a_thousand_idle_streams(live: Live) -> None:
    """A thousand people watch one process and nothing happens: some kilobytes each, and a step still comes within two
    seconds to the one whom it concerns."""
    port = live.stack.ports.of(APIS[0])
    header = gateway_header(live.stack.home, "declaration")
    request = (
        "GET /api/declaration/v1/declarations/{id}/events HTTP/1.1\r\nHost: idle\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in header.items())
        + "Authorization: Bearer {token}\r\n\r\n"
    )
    pid = live.stack.pid(APIS[0])
    before = resident_mib(pid)
    watched = [next_draft(live) for _ in range(IDLE)]
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in watched]
    for draft, (reader, writer) in zip(watched, opened, strict=True):
        writer.write(request.format(id=draft.id, token=live.token(draft)).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        await reader.readuntil(b"event: state")
    grown = resident_mib(pid) - before
    print(json.dumps({"idle_streams": IDLE, "mib_before": round(before), "kib_each": round(grown * 1024 / IDLE, 1)}))
    assert grown < IDLE * 80 / 1024, f"{grown:.0f} MiB for {IDLE} streams"
    began = time.monotonic()
    await live.submit(watched[-1])
    await asyncio.wait_for(opened[-1][0].readuntil(b'"to_state":"submitted"'), 10)
    late = time.monotonic() - began
    assert late < 2.0, f"{late:.2f} s"
    assert await live.streams(APIS[0]) >= IDLE
    for _, writer in opened:
        writer.close()

    async def is_left_alone() -> bool:
        """Closed sockets are noticed with the next sign of life at the latest."""
        return await live.streams(APIS[0]) == 0

    await wait_until(is_left_alone, seconds=30, what="every stream to be over")
    async with live.session.get(f"{live.stack.gateway_url}/{DECLARATION}/cycles/current") as answer:
        assert answer.status == 200
