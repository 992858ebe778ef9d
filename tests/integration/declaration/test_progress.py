"""Where a declaration stands: place in the queue, words for every step, the three steps, and all of it live (A1, A39,
A43)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest

from services.declaration.use_cases.progress.feed import ProgressFeed
from shared.actor import Actor
from shared.ids import new_id
from shared.web import following
from shared.web.live_feed import MOST_PER_PERSON
from tests.integration.declaration.forms import REASONS, complete_content
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.event_streams import Ear, listening
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until


def watching(
    season: Season, draft: Draft, after: str | None = None, actor: Actor | None = None
) -> AbstractAsyncContextManager[Ear]:
    """The live progress of a declaration, as its candidate."""
    person = actor or Actor("candidate", draft.person.id, "candidate", None, new_id())
    service = season.service
    return listening(service.session, f"{service.base}{draft.path}/events", service.token(person), after=after)


@pytest.mark.requirement("A43")
async def test_the_place_in_the_queue_is_shown(serve: Serve) -> None:
    """How many came before at the same unit, and how long it usually takes; both fall away with the decision."""
    season = await exam_season(serve)
    first, second, mine = [await season.submitted() for _ in range(3)]
    elsewhere = await season.has_unit("别家医院")
    await season.submitted(await season.has_person(elsewhere), complete_content(elsewhere))
    shown = (await mine.person.api.get(f"{mine.path}/timeline")).body["position"]
    assert (shown["ahead"], shown["usual_hours"], shown["decided"]) == (2, None, 0)
    season.later(timedelta(hours=6))
    await season.decide(first, "approval")
    season.later(timedelta(hours=4))
    await season.decide(second, "return", REASONS)
    shown = (await mine.person.api.get(f"{mine.path}/timeline")).body["position"]
    assert (shown["ahead"], shown["usual_hours"], shown["decided"]) == (0, 8.0, 2)
    assert shown["institution_name"] == season.unit.name
    await season.decide(mine, "approval")
    assert (await mine.person.api.get(f"{mine.path}/timeline")).body["position"] is None


@pytest.mark.requirement("A39")
async def test_every_step_has_words(serve: Serve) -> None:
    """What happened, when with its offset, by whom and why, in words of both languages."""
    season = await exam_season(serve)
    draft = await season.submitted()
    await season.decide(draft, "return", REASONS)
    steps = (await draft.person.api.get(f"{draft.path}/timeline")).body["steps"]
    assert [one["action_words"]["zh"] for one in steps] == ["开始申报", "提交申报", "退回修改"]
    assert steps[2]["role_words"] == {"zh": "单位业务管理员", "en": "Administrator of the unit"}
    assert steps[2]["labelled_reasons"][0]["label"]["en"] == "Dates or department of a period are wrong"
    assert all(one["at"].endswith("+08:00") for one in steps)


@pytest.mark.requirement("A1")
async def test_the_three_steps_follow_the_declaration(serve: Serve) -> None:
    """Approved is said only after approval; what is left of each step changes with it."""
    season = await exam_season(serve)
    stranger = season.service.caller("candidate", id=new_id())
    nobody = (await stranger.get("/road")).body
    assert [one["code"] for one in nobody["steps"][0]["left"]] == ["verify_identity", "bind_unit", "start_declaration"]
    draft = await season.submitted()
    waiting = (await draft.person.api.get("/road")).body
    assert (waiting["approved"], [one["state"] for one in waiting["steps"]]) == (False, ["waiting", "locked", "locked"])
    await season.decide(draft, "approval")
    approved = (await draft.person.api.get("/road")).body
    assert (approved["approved"], [one["state"] for one in approved["steps"]]) == (
        True,
        ["done", "not_yet_open", "not_yet_open"],
    )
    body = {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    assert (await season.reviewer().post(f"/reviews/{draft.id}/evaluation", body)).status == 201
    left = (await draft.person.api.get("/road")).body["steps"][0]["left"]
    assert [one["code"] for one in left] == ["unit_files"]


@pytest.mark.requirement("A1")
async def test_the_first_step_ends_with_the_time_to_hand_in(serve: Serve) -> None:
    """After the window a draft is over; what was handed in once can be handed in again until the review deadline."""
    season = await exam_season(serve)
    stranger, draft, returned = await season.has_person(bound=False), await season.draft(), await season.submitted()
    await season.decide(returned, "return", REASONS)

    async def first_steps() -> list[tuple[str, list[str]]]:
        roads = [(await one.api.get("/road")).body["steps"][0] for one in (stranger, draft.person, returned.person)]
        return [(step["state"], [one["code"] for one in step["left"]]) for step in roads]

    todo, over = ("todo", ["complete_and_submit"]), ("over", ["declare_next_year"])
    season.later(timedelta(days=9))
    assert [state for state, _ in await first_steps()] == ["todo"] * 3
    season.later(timedelta(days=1))
    assert await first_steps() == [over, over, todo]
    season.later(timedelta(days=7))
    assert await first_steps() == [over] * 3


@pytest.mark.requirement("A43")
async def test_progress_arrives_while_one_watches(serve: Serve) -> None:
    """The state at once, then each step within two seconds of its commit, without the text of reasons; only the own
    declaration can be watched, and nothing of others comes."""
    season = await exam_season(serve)
    draft, other = await season.submitted(), await season.submitted()
    path = f"{draft.path}/events"
    assert (await other.person.api.get(path)).status == 404
    assert (await season.reviewer().get(path)).status == 403
    async with watching(season, draft) as ear:
        state = (await ear.until(1))[0]
        assert (state.event, state.data["state"], state.id) == ("state", "submitted", draft.version)
        assert ear.response.headers["Cache-Control"] == "no-store"
        await season.decide(other, "approval")
        await season.decide(draft, "return", REASONS)
        done = time.monotonic()
        step = (await ear.until(2))[1]
        assert step.at - done < 2.0
        assert (step.event, step.data["to_state"], step.id) == ("progress", "returned", draft.version)
        assert step.data["reason_codes"] == ["period_wrong"]
        assert REASONS["reasons"][0]["text"] not in str(step.data)
        assert len(ear.events) == 2


@pytest.mark.requirement("A43")
async def test_a_cut_loses_nothing(serve: Serve) -> None:
    """What happened while the line was cut comes with the next connection, once and in order; without the id of the
    last event (the control) it does not."""
    season = await exam_season(serve)
    draft = await season.submitted()
    async with watching(season, draft) as ear:
        await ear.until(1)
        last = ear.last_id
    reviewer = season.reviewer()
    assert (await season.decide(draft, "claim", by=reviewer)).status == 200
    assert (await season.decide(draft, "return", REASONS, reviewer)).status == 200
    async with watching(season, draft, last) as again, watching(season, draft) as anew:
        steps = await again.until(2)
        assert [one.data["action"] for one in steps] == ["claim", "return_for_modification"]
        assert [one.id for one in steps] == [draft.version - 1, draft.version]
        assert [one.event for one in await anew.until(1)] == ["state"]
    async with watching(season, draft, "not-a-number") as odd:
        assert (await odd.until(1))[0].event == "state"


@asynccontextmanager
async def opened(season: Season, draft: Draft, count: int, actor: Actor) -> AsyncIterator[list[Ear]]:
    """So many streams of one person."""
    async with asyncio.TaskGroup() as group:
        stop, ears = asyncio.Event(), list[Ear]()

        async def hold() -> None:
            async with watching(season, draft, actor=actor) as ear:
                ears.append(ear)
                await ear.until(1)
                await stop.wait()

        for number in range(count):
            group.create_task(hold())
            await wait_until(lambda n=number: len(ears) > n and bool(ears[n].events), what="a stream")  # type: ignore[misc]
        yield ears
        stop.set()


@pytest.mark.requirement("A43")
async def test_streams_are_limited(serve: Serve) -> None:
    """One stream more than a person may have ends the oldest; beyond what the process keeps one is told to come again;
    one that asks for a second ends after it."""
    season = await exam_season(serve, PROGRESS_STREAMS=str(MOST_PER_PERSON + 1))
    draft = await season.submitted()
    actor = Actor("candidate", draft.person.id, "candidate", None, new_id())
    async with opened(season, draft, MOST_PER_PERSON, actor) as ears, watching(season, draft, actor=actor) as newest:
        await newest.until(1)
        await ears[0].until(2)
        assert ears[0].events[-1].data == {"reason": "replaced"}
        assert not any(one.over.is_set() for one in (*ears[1:], newest))
    short = await draft.person.api.get(f"{draft.path}/events?seconds=1")
    assert short.body.decode().rstrip().endswith('{"reason":"time"}')
    full = await exam_season(serve, PROGRESS_STREAMS="1")
    one, two = await full.submitted(), await full.submitted()
    async with watching(full, one) as ear:
        await ear.until(1)
        refused = await two.person.api.get(f"{two.path}/events")
        assert (refused.status, refused.code) == (503, "streams_unavailable")


@pytest.mark.requirement("A43", "V17")
async def test_streams_end_with_the_session(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the next sign of life after a logout the stream is over, for that session only; signs of life come."""
    monkeypatch.setattr(following, "BEAT_SECONDS", 0.3)
    season = await exam_season(serve)
    draft = await season.submitted()
    gone, stays = (Actor("candidate", draft.person.id, "candidate", None, new_id()) for _ in range(2))
    async with watching(season, draft, actor=gone) as ear, watching(season, draft, actor=stays) as other:
        await ear.until(1)
        await wait_until(lambda: ear.beats >= 2, what="signs of life")
        async with season.service.database.transaction() as tx:
            await tx.execute("INSERT INTO ended_session (session_id) VALUES ($1)", gone.session_id)
        await season.service.ended.refresh()
        await ear.until(2)
        assert ear.events[-1].data == {"reason": "signed_out"}
        before = other.beats
        await wait_until(lambda: other.beats >= before + 2, what="the other stream to live on")


async def test_without_the_feed_nothing_arrives(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the one look of the process taken away, the step does not come by some other way."""
    looked = ProgressFeed._look

    async def blind(_feed: ProgressFeed) -> None:
        return

    monkeypatch.setattr(ProgressFeed, "_look", blind)
    season = await exam_season(serve)
    draft = await season.submitted()
    async with watching(season, draft) as ear:
        await ear.until(1)
        await season.decide(draft, "return", REASONS)
        with pytest.raises(TimeoutError):
            await ear.until(2, seconds=2.5)
        monkeypatch.setattr(ProgressFeed, "_look", looked)
        assert (await ear.until(2))[1].data["to_state"] == "returned"
