"""Everything received before the bell counts, however late the work on it begins or ends (P17)."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.declaration.api import submissions as handlers
from services.declaration.use_cases.submitting.submit_declarations import Order
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.web.arrival import HEADER
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve
from tests.support.waiting import wait_until

_BELL = datetime(2026, 12, 30, tzinfo=SHANGHAI)
_ACCEPTED = {"notice_version": 1, "accepted": True}


async def _ready(serve: Serve, before_bell: timedelta) -> tuple[Season, Draft]:
    """A complete draft, and little time left."""
    season = await exam_season(serve)
    draft = await season.draft()
    season.later(_BELL - before_bell - season.clock.now())
    return season, draft


def _told(came: datetime, waited: float = 0.25) -> dict[str, str]:
    """What the gateway says of a request that came at a moment."""
    return {HEADER: f"{came.timestamp() + waited:.3f}-{waited:.3f}"}


async def _submit(draft: Draft, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    path = f"{draft.path}/submission"
    return await draft.person.api.post(path, _ACCEPTED, version=draft.version, headers=headers, **more)


@pytest.mark.requirement("P17")
async def test_what_came_before_the_bell_counts(serve: Serve) -> None:
    """The gateway had it a second before the bell, the service began a minute behind it: submitted, with the moment it
    came."""
    season, draft = await _ready(serve, timedelta(seconds=1))
    came = season.clock.now()
    season.clock.advance(timedelta(minutes=1))
    done = await _submit(draft, _told(came))
    assert done.status == 201, done.body
    assert datetime.fromisoformat(done.body["submitted_at"]) == came


@pytest.mark.requirement("P17")
async def test_what_came_behind_the_bell_does_not(serve: Serve) -> None:
    """The control: the same request without the gateway's word, with one of behind the bell, from the future, of hours
    ago, or with nonsense is refused."""
    season, draft = await _ready(serve, timedelta(seconds=1))
    came = season.clock.now()
    season.clock.advance(timedelta(minutes=1))
    late = season.clock.now()
    words = (
        None,
        _told(_BELL),
        _told(late + timedelta(seconds=5)),
        _told(came - timedelta(hours=3)),
        {HEADER: "yesterday"},
    )
    for word in words:
        refused = await _submit(draft, word)
        assert (refused.status, refused.code) == (409, "declaration_window_closed"), word


async def _slowly(season: Season, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> int:
    """The head of a submission before the bell, its body behind it; the status of the answer."""
    seen, bell = asyncio.Event(), asyncio.Event()
    now = season.clock.now

    def looked_at() -> datetime:
        seen.set()
        return now()

    monkeypatch.setattr(season.clock, "now", looked_at)

    async def body() -> AsyncIterator[bytes]:
        text = json.dumps(_ACCEPTED).encode()
        yield text[:10]
        await bell.wait()
        yield text[10:]

    token = season.service.token(Actor("candidate", draft.person.id, "candidate"))
    seen.clear()
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": str(uuid4()),
        "If-Match": f'"{draft.version}"',
        "Content-Type": "application/json",
    }
    url = f"{season.service.base}{draft.path}/submission"
    sending = asyncio.create_task(season.service.session.post(url, data=body(), headers=headers))
    await wait_until(seen.is_set, what="the request to arrive")
    season.clock.advance(timedelta(seconds=5))
    bell.set()
    async with await sending as answer:
        return answer.status


@pytest.mark.requirement("P17")
async def test_a_request_that_is_still_coming_counts(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poor connection: the request began before the bell and is complete behind it."""
    season, draft = await _ready(serve, timedelta(seconds=1))
    assert await _slowly(season, draft, monkeypatch) == 201


@pytest.mark.requirement("P17")
async def test_judged_by_the_moment_of_the_work_it_is_lost(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: judged by the clock when the work begins, the same request is too late."""
    made = handlers._order

    def when_worked_on(call: Any, body: Any) -> Order:
        return replace(made(call, body), now=call.deps.clock.now())

    monkeypatch.setattr(handlers, "_order", when_worked_on)
    season, draft = await _ready(serve, timedelta(seconds=1))
    assert await _slowly(season, draft, monkeypatch) == 409


@pytest.mark.requirement("P17", "V72")
async def test_a_receipt_that_was_lost_is_given_again_behind_the_bell(serve: Serve) -> None:
    """The answer never reached the phone: the same key gets the same receipt, hours later."""
    season, draft = await _ready(serve, timedelta(seconds=1))
    done = await _submit(draft, key="one-and-the-same")
    season.later(timedelta(hours=1))
    again = await _submit(draft, key="one-and-the-same")
    assert (again.status, again.body) == (201, done.body)
    assert again.headers["Idempotency-Replayed"] == "true"
