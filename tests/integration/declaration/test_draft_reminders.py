"""Candidates hear before their window closes of what they have not submitted: once per step, by their own deadline."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import unfinished_drafts
from services.declaration.use_cases.drafting.remind_drafts import remind_drafts
from shared.clock import SHANGHAI
from shared.contracts.declaration import DraftReminded
from shared.reminding import running
from shared.reminding.running import Kind
from tests.integration.declaration.apart import BETWEEN
from tests.integration.declaration.forms import ALLOWANCE, REASONS, complete_content
from tests.integration.declaration.season import Season, exam_season, together
from tests.integration.declaration.sites import exam_sites
from tests.integration.declaration.working import KILLED, run, working_process
from tests.support.crossing_copies import take_keys_away, tell_crossing
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

JOB = "remind-drafts"


def on(season: Season, day: int, hour: int = 9, month: int = 12, year: int = 2026) -> None:
    """Go to that moment."""
    season.later(datetime(year, month, day, hour, tzinfo=SHANGHAI) - season.clock.now())


async def told(season: Season) -> list[tuple[UUID, int, int]]:
    """(declaration, step, days left) of every reminder so far, in order."""
    return [(one.declaration_id, one.step, one.days) for one in await season.service.published(DraftReminded)]


async def begun(season: Season, **more: Any) -> UUID:
    """An empty draft."""
    started = await season.start(await season.has_person(**more))
    assert started.status == 201, started.body
    return UUID(started.body["id"])


@pytest.mark.requirement("A36", "P17")
async def test_who_has_not_submitted_is_told_at_each_step_once(serve: Serve) -> None:
    """Seven, three and one day before 29 December, by day only; not who submitted, and nobody once it is over."""
    season = await exam_season(serve)
    open_one, done = await begun(season), await season.submitted()
    for day, hour in ((20, 10), (22, 7), (22, 9), (22, 15), (23, 9), (26, 9), (28, 9), (29, 19), (30, 9)):
        on(season, day, hour)
        await run(season, JOB)
    assert await told(season) == [(open_one, 7, 7), (open_one, 3, 3), (open_one, 1, 1)]
    assert await season.state_of(done) == "submitted"
    async with season.service.database.read() as reader:
        audited = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'declaration.remind_draft'")
    assert audited == 3


async def test_what_came_back_is_told_by_the_review_deadline(serve: Serve) -> None:
    """Returned, allowed to be modified or withdrawn after a submission: until 5 January, with the receipt number."""
    season = await exam_season(serve)
    returned, allowed, withdrawn = [await season.submitted() for _ in range(3)]
    assert (await season.decide(returned, "return", REASONS)).status == 200
    assert (await season.decide(allowed, "modification-allowance", ALLOWANCE)).status == 200
    assert (await withdrawn.person.api.post(f"{withdrawn.path}/withdrawal", version=withdrawn.version)).status == 200
    on(season, 28)
    await run(season, JOB)
    assert await told(season) == []
    on(season, 2, month=1, year=2027)
    await run(season, JOB)
    events = await season.service.published(DraftReminded)
    wanted = {UUID(one.id) for one in (returned, allowed, withdrawn)}
    assert {one.declaration_id for one in events} == wanted
    assert {(one.step, one.again, one.number[:6]) for one in events} == {(3, True, "D2027-")}
    assert {one.ends_at for one in events} == {datetime(2027, 1, 6, tzinfo=SHANGHAI)}


@pytest.mark.requirement("P16")
async def test_the_persons_own_earliest_deadline_holds(serve: Serve) -> None:
    """Of a site that closes on 23 December its candidates hear a week before that; others by the zone's date."""
    sites = await exam_sites(serve)
    season = sites.season
    closes = datetime(2026, 12, 24, tzinfo=SHANGHAI)
    assert (await sites.sets(declaration_closes_at=closes)).status == 200
    near = await season.draft()
    far = await season.draft(await season.has_person(sites.far), complete_content(sites.far))
    on(season, 21)
    await run(season, JOB)
    on(season, 22)
    await run(season, JOB)
    assert await told(season) == [(UUID(near.id), 3, 2), (UUID(near.id), 1, 1), (UUID(far.id), 7, 7)]


@pytest.mark.requirement("P16")
async def test_a_moved_end_is_told_anew(serve: Serve) -> None:
    """Told three days before; the zone gives a week more; told again seven and three days before the new end."""
    sites = await exam_sites(serve)
    season = sites.season
    draft = UUID((await season.draft()).id)
    on(season, 26)
    await run(season, JOB)
    moved = datetime(2027, 1, 6, tzinfo=SHANGHAI)
    assert (await sites.zone_sets(declaration_closes_at=moved)).status == 200
    for day in (27, 29, 30):
        on(season, day)
        await run(season, JOB)
    on(season, 2, month=1, year=2027)
    await run(season, JOB)
    assert await told(season) == [(draft, 3, 3), (draft, 7, 7), (draft, 3, 3)]


async def test_after_a_rest_over_several_steps_only_the_most_urgent_one_is_told(serve: Serve) -> None:
    """The scheduler was down from before the first step to the last day: one message, not three; and none of the steps
    that are past when the settings get more of them."""
    season = await exam_season(serve)
    draft = await begun(season)
    on(season, 29)
    await run(season, JOB)
    await run(season, JOB)
    assert await told(season) == [(draft, 1, 0)]


async def test_new_steps_tell_nothing_that_is_past(serve: Serve) -> None:
    """Told three days before; then the zone wants five, four and three: nothing less urgent is told after it."""
    season = await exam_season(serve)
    draft = await begun(season)
    on(season, 26)
    await run(season, JOB)
    deps, told_before = season.service.deps, await told(season)
    assert told_before == [(draft, 3, 3)]
    tell = _tell(season)
    wanted = Kind(unfinished_drafts.KIND, (10, 5, 4), unfinished_drafts.lock_due, tell)
    await running.remind(deps.database, deps.clock, wanted)
    assert await told(season) == told_before


async def test_who_chose_another_channel_is_left_alone(serve: Serve) -> None:
    """The draft stays, nobody waits for it (A17)."""
    season = await exam_season(serve)
    await begun(season)
    async with season.service.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO known_exempt_person (person_id, version, state, kind, exam_year, document_type,"
            " document_index, person_sealed, changed_at)"
            " VALUES ($1, 1, 'chosen', 'military', 2027, 'resident_id', 'x', 'x', $2)",
            season.people[0].id,
            season.clock.now(),
        )
    on(season, 22)
    await run(season, JOB)
    assert await told(season) == []


@pytest.mark.requirement("M2")
async def test_any_number_of_copies_tell_once(serve: Serve) -> None:
    """Six runs at once over eleven drafts in batches of two: each is told once."""
    season = await exam_season(serve)
    drafts = sorted([await begun(season) for _ in range(11)])
    on(season, 22)
    deps = season.service.deps
    kind = Kind(unfinished_drafts.KIND, (7, 3, 1), unfinished_drafts.lock_due, _tell(season))
    await together(*(running.remind(deps.database, deps.clock, kind, 2) for _ in range(6)))
    await running.remind(deps.database, deps.clock, kind, 2)
    assert sorted(await told(season)) == [(one, 7, 7) for one in drafts]


@pytest.mark.requirement("M2")
async def test_the_key_alone_keeps_two_copies_from_telling_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """No locks: a copy that read before the other committed meets the key, and tells nothing."""
    season = await exam_season(serve)
    draft = await begun(season)
    assert await _crossing(season) == [(draft, 7, 7)]


async def test_without_the_key_two_copies_tell_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same meeting with the key off."""
    season = await exam_season(serve)
    draft = await begun(season)
    take_keys_away(monkeypatch)
    assert await _crossing(season) == [(draft, 7, 7)] * 2


@pytest.mark.requirement("M2")
@pytest.mark.parametrize(
    ("failpoint", "already"),
    [("reminder.after_claim:kill", 0), ("command.before_commit:kill:3", 0), ("command.after_commit:kill:3", 1)],
)
async def test_a_killed_copy_tells_in_the_end_and_once(
    engines: Engines, serve: Serve, failpoint: str, already: int
) -> None:
    """kill -9 between the claim and the commit of the third step, and after it: the next run tells what is missing, and
    nothing twice."""
    season = await exam_season(serve)
    draft = await begun(season)
    on(season, 22)
    assert await working_process(engines, season, JOB, failpoint) == KILLED
    assert len(await told(season)) == already
    assert await working_process(engines, season, JOB) == 0
    assert await told(season) == [(draft, 7, 7)]


async def test_without_the_claim_in_its_commit_a_kill_tells_twice(engines: Engines, serve: Serve) -> None:
    """The control: a copy that commits what it tells before the claim is killed between; the same check finds two."""
    season = await exam_season(serve)
    draft = await begun(season)
    on(season, 22)
    assert await working_process(engines, season, JOB, f"{BETWEEN}:kill", apart=True) == KILLED
    assert await told(season) == [(draft, 7, 7)]
    assert await working_process(engines, season, JOB) == 0
    assert await told(season) == [(draft, 7, 7)] * 2


async def test_a_draft_that_somebody_holds_is_left_to_the_next_run(serve: Serve) -> None:
    """Nobody waits for whoever moves it, and where it is over meanwhile nobody hears anything."""
    season = await exam_season(serve)
    held, free = await begun(season), await begun(season)
    on(season, 22)
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'lapsed' WHERE id = $1", held)
        await run(season, JOB)
        assert await told(season) == [(free, 7, 7)]
    await run(season, JOB)
    assert await told(season) == [(free, 7, 7)]


def _tell(season: Season) -> Any:
    deps = season.service.deps

    async def tell(tx: Any, span: Any, due: Any, now: datetime) -> None:
        await remind_drafts(tx, span, due, now, keyring=deps.keyring, catalogues=deps.catalogues)

    return tell


async def _crossing(season: Season) -> list[tuple[UUID, int, int]]:
    """What two copies tell whose looks at what is due cross."""
    on(season, 22)
    kind = Kind(unfinished_drafts.KIND, (7,), unfinished_drafts.lock_due, _tell(season))
    await tell_crossing(season.service.database, season.clock, kind)
    return await told(season)
