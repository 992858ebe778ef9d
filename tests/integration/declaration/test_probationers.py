"""Probations that are registered when they begin, become due, and are evaluated; certificates taken back (4.6, B17)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import evaluations_by_clock, risk_declarations
from services.declaration.use_cases.evaluating.mark_due import find_units_due, mark_due
from shared.clock import SHANGHAI
from shared.contracts.declaration import DeclarationSubmitted, ModificationAllowed
from shared.contracts.declaration_evaluation import EvaluationsWaiting, EvaluationVoided, ProbationRegistered
from shared.ids import new_id
from tests.integration.declaration.forms import ALLOWANCE
from tests.integration.declaration.season import Person, Season, exam_season, together
from tests.integration.declaration.working import run
from tests.support.service_under_test import Answer, Serve

DUE = "mark-due-evaluations"


async def register(season: Season, person: Person, started_on: str = "2026-12-01", **more: Any) -> Answer:
    """POST /probationers by the unit."""
    body = {
        "person_id": str(person.id),
        "started_on": started_on,
        "supervisor_ids": [str(season.unit.supervisor_id)],
    }
    return await season.reviewer().post("/probationers", body | more)


async def records(season: Season) -> list[Any]:
    """The unit's list."""
    items: list[Any] = (await season.reviewer().get("/evaluations")).body["items"]
    return items


def at(season: Season, moment: datetime) -> None:
    """Go there."""
    season.later(moment - season.clock.now())


@pytest.mark.requirement("B17")
async def test_a_probation_is_registered_when_it_begins(serve: Serve) -> None:
    """A bound person, a start and a valid supervisor make a record under way, of which the person hears; registering
    again corrects it, and keeps since when it is registered unless the start is another one."""
    season = await exam_season(serve)
    person = await season.has_person()
    first = await register(season, person)
    assert (first.status, first.body["state"], first.body["version"]) == (201, "in_progress", 1), first.body
    season.later(timedelta(days=1))
    same = await register(season, person)
    assert (same.body["id"], same.body["registered_at"]) == (first.body["id"], first.body["registered_at"])
    moved = await register(season, person, "2026-11-20")
    assert moved.body["registered_at"] > first.body["registered_at"]
    told = await season.service.published(ProbationRegistered)
    assert [(one.person_id, one.started_on.isoformat()) for one in told][-1] == (person.id, "2026-11-20")
    (line,) = await records(season)
    assert (line["state"], line["started_on"], line["full_on"], line["declaration_id"]) == (
        "in_progress",
        "2026-11-20",
        "2027-11-19",
        None,
    )
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'evaluation.register'") == 3


@pytest.mark.requirement("B17", "C2")
async def test_who_can_not_be_registered(serve: Serve) -> None:
    """Nobody who is not bound here, with no supervisor of the roster, with a start that can not be right; nobody
    registers himself; and whose declaration is being evaluated is registered already."""
    season = await exam_season(serve)
    person, unbound = await season.has_person(), await season.has_person(bound=False)
    other = await season.has_unit("江城二院")
    elsewhere = await season.has_person(other)
    assert (await register(season, unbound)).status == 404
    assert (await register(season, elsewhere)).status == 404
    foreign = await register(season, person, supervisor_ids=[str(other.supervisor_id)])
    assert (foreign.status, foreign.code) == (409, "supervisors_not_valid")
    assert (await register(season, person, "2027-03-01")).code == "probation_start_not_plausible"
    assert (await register(season, person, supervisor_ids=[])).status == 422
    await season.supervisor_is(season.unit, version=2, number="210420106000123")
    assert (await register(season, person)).code == "supervisors_not_valid"
    await season.supervisor_is(season.unit, version=3)
    oneself = season.reviewer(person_id=person.id)
    body = {"person_id": str(person.id), "started_on": "2026-12-01"}
    own = await oneself.post("/probationers", body | {"supervisor_ids": [str(season.unit.supervisor_id)]})
    assert (own.status, own.code) == (403, "cannot_evaluate_oneself")
    assert await records(season) == []
    draft = await season.submitted(person)
    assert (await season.decide(draft, "approval")).status == 200
    assert (await register(season, person)).code == "probation_under_way"


@pytest.mark.requirement("B17")
async def test_an_approval_takes_the_registration_over(serve: Serve) -> None:
    """One record from the start to the judgement: registered, taken over with the approval, judged; somebody who was
    not registered gets a record with the approval. Approved after a judgement, the judgement stands."""
    season = await exam_season(serve)
    person, late, judged = [await season.has_person() for _ in range(3)]
    registered = (await register(season, person, "2025-07-01")).body
    drafts = [await season.submitted(one) for one in (person, late, judged)]
    verdict = {"result": "qualified", "opinion": "表现良好"}
    early = await season.reviewer().post(f"/reviews/{drafts[2].id}/evaluation", verdict)
    assert early.status == 201
    for draft in drafts:
        assert (await season.decide(draft, "approval")).status == 200
    lines = {one["person_id"]: one for one in await records(season)}
    assert {one["state"] for one in (lines[str(person.id)], lines[str(late.id)])} == {"in_progress"}
    assert lines[str(judged.id)]["state"] == "evaluated_qualified"
    assert (lines[str(person.id)]["id"], lines[str(person.id)]["declaration_id"]) == (registered["id"], drafts[0].id)
    assert lines[str(late.id)]["full_on"] == "2026-06-30"
    for draft in drafts[:2]:
        done = await season.reviewer().post(f"/reviews/{draft.id}/evaluation", verdict)
        assert (done.status, done.body["state"]) == (201, "evaluated_qualified"), done.body
    assert len(await records(season)) == 3
    assert await season.count("SELECT count(*) FROM evaluation") == 3


@pytest.mark.requirement("B17", "F8")
async def test_a_registration_is_what_signals_and_warnings_ask_for(serve: Serve) -> None:
    """Registered in time, the submission carries no warning that nobody spoke of the year while it ran, and the signal
    F8 is given the day; without, both are there."""
    season = await exam_season(serve)
    person, other = await season.has_person(), await season.has_person()
    await register(season, person, "2025-07-01")
    for one in (person, other):
        await season.submitted(one)
    warned = {event.person_id: event.warnings for event in await season.service.published(DeclarationSubmitted)}
    assert "no_early_registration" not in warned[person.id]
    assert "no_early_registration" in warned[other.id]
    async with season.service.database.read() as reader:
        ids = [row["id"] for row in await reader.fetch("SELECT id FROM declaration")]
        rows = {row.person_id: row for row in await risk_declarations.select_many(reader, ids)}
    assert rows[UUID(str(person.id))].probation_started_on == date(2025, 7, 1)
    assert rows[UUID(str(person.id))].probation_recorded_at == season.clock.now()
    assert rows[UUID(str(other.id))].probation_recorded_at is None


@pytest.mark.requirement("B14", "B17")
async def test_what_is_due_is_told_once_a_day(serve: Serve) -> None:
    """A year that is full becomes due by itself, declared or only registered, and the unit hears; nothing twice, and
    nobody who left."""
    season = await exam_season(serve)
    registered, left, ordinary = [await season.has_person() for _ in range(3)]
    await register(season, registered, "2025-12-22")
    await register(season, left, "2025-12-22")
    await season.binds(left, season.unit, "ended")
    draft = await season.submitted(ordinary)
    assert (await season.decide(draft, "approval")).status == 200
    await run(season, DUE)
    states = {one["person_id"]: one["state"] for one in await records(season)}
    assert states == {str(registered.id): "in_progress", str(ordinary.id): "due"}, "its year was full in June"
    at(season, datetime(2026, 12, 21, 9, tzinfo=SHANGHAI))
    await run(season, DUE)
    await run(season, DUE)
    states = {one["person_id"]: one["state"] for one in await records(season)}
    assert states == {str(registered.id): "due", str(ordinary.id): "due"}
    heard = await season.service.published(EvaluationsWaiting)
    assert [(one.step, one.waiting, one.institution_id) for one in heard] == [("due", 1, season.unit.id)] * 2
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'evaluation.reach_due'") == 2


async def due_units(season: Season) -> int:
    """How many units have to hear now."""
    async with season.service.database.read() as reader:
        pace = season.service.deps.settings.evaluation_pace
        return len(await find_units_due(reader, pace, now=season.clock.now()))


@pytest.mark.requirement("B13", "P16")
async def test_near_filing_everything_is_due_but_fresh_graduates(serve: Serve) -> None:
    """Fourteen days before the filing deadline a year that is not full yet is due; a fresh graduate's is not, for from
    there no provisional certificate would follow."""
    season = await exam_season(serve)
    drafts = []
    for _ in range(2):
        draft = await season.submitted()
        assert (await season.decide(draft, "approval")).status == 200
        drafts.append(draft)
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE evaluation SET full_on = '2027-06-30'")
        await tx.execute("UPDATE declaration SET fresh_graduate = true WHERE id = $1", UUID(drafts[1].id))
    at(season, datetime(2026, 12, 28, 23, 59, tzinfo=SHANGHAI))
    assert await due_units(season) == 0
    at(season, datetime(2026, 12, 29, 9, tzinfo=SHANGHAI))
    assert await due_units(season) == 1
    await run(season, DUE)
    states = {one["declaration_id"]: one["state"] for one in await records(season)}
    assert states == {drafts[0].id: "due", drafts[1].id: "in_progress"}


@pytest.mark.requirement("M2")
async def test_any_number_of_workers_mark_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six runs at once: one message and one step. The control: without locks and keys two runs both tell."""
    season = await exam_season(serve)
    await register(season, await season.has_person(), "2025-07-01")
    await together(*(run(season, DUE) for _ in range(6)))
    assert len(await season.service.published(EvaluationsWaiting)) == 1
    await register(season, await season.has_person(), "2025-07-01")
    season.later(timedelta(days=1))
    unlocked = evaluations_by_clock._LOCK_DUE.replace("FOR UPDATE OF e SKIP LOCKED", "")
    anywhere = evaluations_by_clock._INSERT_DIGEST.replace("$4,", "$4::date + (random() * 1000000)::integer,")
    still = evaluations_by_clock._UPDATE_DUE.replace("WHERE", "WHERE version < 0 AND")
    for name, weak in (("_LOCK_DUE", unlocked), ("_INSERT_DIGEST", anywhere), ("_UPDATE_DUE", still)):
        assert weak != getattr(evaluations_by_clock, name)
        monkeypatch.setattr(evaluations_by_clock, name, weak)
    database, pace = season.service.database, season.service.deps.settings.evaluation_pace
    async with database.transaction() as first, database.transaction() as second:
        for tx in (first, second):
            (unit,) = await find_units_due(tx, pace, now=season.clock.now())
            assert await mark_due(tx, unit, pace, now=season.clock.now()) == 1
    assert len(await season.service.published(EvaluationsWaiting)) == 3


@pytest.mark.requirement("B10", "A42")
async def test_a_unit_voids_before_filing_and_the_declaration_reopens(serve: Serve) -> None:
    """With a reason of the catalogue the certificate is void and the candidate edits again; handed in and approved
    anew, the evaluation begins anew. A list that is handed in, or a filed declaration, refuses it."""
    season = await exam_season(serve)
    draft = await season.submitted()
    assert (await season.decide(draft, "approval")).status == 200
    unit = season.reviewer()
    judged = await unit.post(f"/reviews/{draft.id}/evaluation", {"result": "qualified", "opinion": "表现良好"})
    path = f"/evaluations/{judged.body['id']}"
    early = await unit.post(f"{path}/voiding", ALLOWANCE, version=judged.body["version"])
    assert (early.status, early.code) == (409, "evaluation_step_not_allowed")
    certified = await unit.post(f"{path}/certificate", {"responsible_person": "王建国"}, version=judged.body["version"])
    assert certified.status == 200, certified.body
    version = certified.body["version"]
    unknown = await unit.post(f"{path}/voiding", {"reason_code": "no_such_reason"}, version=version)
    assert unknown.status == 422
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed'")
    assert (await unit.post(f"{path}/voiding", ALLOWANCE, version=version)).status == 409
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'approved'")
    stranger = season.service.caller("institution_business_admin", scope_id=new_id())
    assert (await stranger.post(f"{path}/voiding", ALLOWANCE, version=version)).status == 404
    done = await unit.post(f"{path}/voiding", ALLOWANCE, version=version)
    assert (done.status, done.body["state"]) == (200, "voided"), done.body
    assert await season.state_of(draft) == "modification_allowed"
    (event,) = await season.service.published(EvaluationVoided)
    assert (event.by, event.outcome, event.person_id) == ("unit", "reopened", draft.person.id)
    assert len(await season.service.published(ModificationAllowed)) == 1
    draft.version = (await draft.person.api.get(draft.path)).body["declaration"]["version"]
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "approval")).status == 200
    states = sorted(one["state"] for one in await records(season))
    assert states == ["in_progress"]
