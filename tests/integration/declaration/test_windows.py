"""Submissions that wait together are written together: each gets its own answer, and a bad one holds up no other."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from shared.postgres.window import Command, Window
from shared.web.gathering import Gatherer, Waiting
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.support.service_under_test import Answer, Serve

_ACCEPTED = {"notice_version": 1, "accepted": True}


class _Watched:
    """The sizes of the windows that were sent to the database, and of those that failed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.failed: list[int] = []
        flush = Window.flush

        async def watched(window: Window) -> None:
            self.sizes.append(len(window.commands))
            try:
                await flush(window)
            except Exception:
                self.failed.append(len(window.commands))
                raise

        monkeypatch.setattr(Window, "flush", watched)


async def _submission(draft: Draft, **more: Any) -> Answer:
    return await draft.person.api.post(f"{draft.path}/submission", _ACCEPTED, version=draft.version, **more)


@pytest.mark.requirement("A37", "P17")
async def test_each_of_a_window_gets_its_own_answer(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good, stale, incomplete and missing ones in one burst: the good are submitted, the others learn their reasons."""
    season = await exam_season(serve)
    good = [await season.draft() for _ in range(12)]
    stale, empty = await season.draft(), await season.draft(content={"note": "尚未填写"})
    stale.version -= 1
    missing = Draft(str(uuid4()), 2, good[0].person)
    watched = _Watched(monkeypatch)
    answers = await together(*map(_submission, [stale, *good[:6], empty, *good[6:], missing]))
    assert max(watched.sizes) > 1, "the burst shared no window: nothing was tested"
    assert [answer.code for answer in answers if answer.status != 201] == [
        "stale_version",
        "declaration_incomplete",
        "not_found",
    ]
    receipts = [answer.body for answer in answers if answer.status == 201]
    assert {receipt["id"] for receipt in receipts} == {draft.id for draft in good}
    assert len({receipt["number"] for receipt in receipts}) == len(good)
    assert await season.count("SELECT count(*) FROM declaration_snapshot") == len(good)
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'declaration.submit'") == len(good)


async def test_the_trail_of_each_leads_to_its_own_request(serve: Serve) -> None:
    """Events and audit entries of a window carry the request id of the command that made them."""
    season = await exam_season(serve)
    drafts = [await season.draft() for _ in range(8)]
    answers = await together(*map(_submission, drafts))
    asked = {answer.body["id"]: answer.headers["X-Request-Id"] for answer in answers}
    async with season.service.database.read() as reader:
        events = await reader.fetch(
            "SELECT aggregate_id::text AS id, correlation_id FROM outbox WHERE type = 'declaration.submitted.v1'"
        )
        entries = await reader.fetch(
            "SELECT subject_id::text AS id, entry::jsonb->>'request_id' AS correlation_id FROM audit_entry"
            " WHERE action = 'declaration.submit'"
        )
    assert {row["id"]: row["correlation_id"] for row in events} == asked
    assert {row["id"]: row["correlation_id"] for row in entries} == asked


async def _burst_with_a_reused_key(season: Season) -> list[Answer]:
    """Six neighbours, and one person who tries twice under the same key: the second breaks the key's constraint."""
    drafts = [await season.draft() for _ in range(6)]
    twice = await season.draft()
    pair = (_submission(twice, key="twice-the-same") for _ in range(2))
    return await together(*(_submission(draft) for draft in drafts[:3]), *pair, *map(_submission, drafts[3:]))


async def test_a_bad_one_holds_up_no_other(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that the database refuses is done one by one: everybody is submitted once, the pair has one receipt."""
    season = await exam_season(serve)
    watched = _Watched(monkeypatch)
    answers = await _burst_with_a_reused_key(season)
    assert any(size > 1 for size in watched.failed), "no shared window failed: nothing was tested"
    assert Counter(answer.status for answer in answers) == {201: 8}
    assert len({answer.body["number"] for answer in answers}) == 7
    assert await season.count("SELECT count(*) FROM declaration_snapshot") == 7


async def test_without_going_one_by_one_neighbours_suffer(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: when a failed window is simply failed, people who did nothing wrong are refused."""

    async def all_or_nothing(self: Gatherer, window: list[Waiting]) -> None:
        try:
            outcomes: list[Any] = await self._write(window)
        except Exception as error:
            outcomes = [error] * len(window)
        self._answer(window, outcomes)

    monkeypatch.setattr(Gatherer, "_settle", all_or_nothing)
    season = await exam_season(serve)
    answers = await _burst_with_a_reused_key(season)
    assert Counter(answer.status for answer in answers) != {201: 8}


async def test_a_command_writes_only_through_its_window(serve: Serve) -> None:
    """What a command of a window would execute by itself would commit by itself: it is refused."""
    season = await exam_season(serve)
    async with season.service.database.read() as reader:
        command = Command(reader._connection, "request", None)
        with pytest.raises(RuntimeError, match="through the window"):
            await command.execute("DELETE FROM declaration")
