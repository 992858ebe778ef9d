"""Decisions in bulk: tried first, then each carried out by itself and once; by selection and by spreadsheet (A38)."""

import csv
import io
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import bulk_decisions
from shared.contracts.declaration import DeclarationApproved, DeclarationReturned
from shared.ids import new_id
from tests.integration.declaration import forms
from tests.integration.declaration.forms import REASONS, REJECTION
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.integration.declaration.test_claims import knows
from tests.integration.declaration.working import KILLED, run, working_process
from tests.support.engines import Engines
from tests.support.service_under_test import Caller, Serve

JOB = "work-bulk-decisions"


class Desk:
    """A business admin of the unit whom identity told of, and the bulks he or she makes."""

    def __init__(self, season: Season, staff_id: UUID) -> None:
        self.season, self.staff_id = season, staff_id
        self.api: Caller = season.reviewer(id=staff_id)

    async def select(self, drafts: list[Draft], decision: str = "approve", **more: Any) -> dict[str, Any]:
        """A bulk about a selection, tried by the worker."""
        items = [{"id": one.id, "version": one.version} for one in drafts]
        sent = await self.api.post("/bulk-decisions", {"decision": decision, "items": items, **more})
        assert (sent.status, sent.body["state"]) == (201, "received"), sent.body
        return await self.worked(sent.body)

    async def worked(self, bulk: dict[str, Any]) -> dict[str, Any]:
        """As it is after the worker ran."""
        await run(self.season, JOB)
        return dict((await self.api.get(f"/bulk-decisions/{bulk['id']}")).body)

    async def start(self, bulk: dict[str, Any]) -> dict[str, Any]:
        """Started, and carried out."""
        started = await self.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])
        assert (started.status, started.body["state"]) == (200, "running"), started.body
        return await self.worked(bulk)

    async def rows(self, bulk: dict[str, Any]) -> list[tuple[str, list[str]]]:
        """(result, codes of what is wrong) of each row."""
        rows = (await self.api.get(f"/bulk-decisions/{bulk['id']}/rows?limit=100")).body["items"]
        return [(row["result"], [one["code"] for one in row["problems"]]) for row in rows]


async def desk(serve: Serve) -> Desk:
    """In a season."""
    season = await exam_season(serve)
    return Desk(season, await knows(season, new_id()))


def counts(bulk: dict[str, Any]) -> tuple[str, int, int, int, int]:
    """(state, wrong, waiting, done, refused)."""
    return bulk["state"], bulk["wrong"], bulk["waiting"], bulk["done"], bulk["refused"]


@pytest.mark.requirement("A38")
async def test_a_selection_is_tried_then_decided_row_by_row(serve: Serve) -> None:
    """The preview changes nothing and says what will happen; then each good row is decided, what changed meanwhile is
    refused with the change, and the trail says that it was a bulk (F14)."""
    one = await desk(serve)
    season = one.season
    drafts = [await season.submitted() for _ in range(5)]
    await season.decide(drafts[3], "rejection", REJECTION)
    held = season.reviewer()
    await season.decide(drafts[4], "claim", by=held)
    bulk = await one.select(drafts)
    assert counts(bulk) == ("checked", 2, 3, 0, 0)
    codes = [[], [], [], ["declaration_not_under_review"], ["claimed_by_another"]]
    assert [problems for _, problems in await one.rows(bulk)] == codes
    assert [await season.state_of(draft) for draft in drafts[:3]] == ["submitted"] * 3
    assert await season.service.published(DeclarationApproved) == []
    taken = drafts[2].person.api
    assert (await taken.post(f"{drafts[2].path}/withdrawal", version=drafts[2].version)).status == 200
    done = await one.start(bulk)
    assert counts(done) == ("done", 2, 0, 2, 1)
    assert (await one.rows(bulk))[2] == ("refused", ["stale_version"])
    states = ["approved", "approved", "withdrawn", "rejected", "under_review"]
    assert [await season.state_of(draft) for draft in drafts] == states
    assert len(await season.service.published(DeclarationApproved)) == 2
    trail = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.decide_in_bulk'"
    assert await season.count(trail) == 2
    stamped = "SELECT count(*) FROM declaration WHERE decided_by = $1 AND state = 'approved'"
    assert await season.count(stamped, one.staff_id) == 2
    again = await one.api.post(f"/bulk-decisions/{bulk['id']}/start", version=done["version"])
    assert (again.status, again.code) == (409, "bulk_not_checked")


@pytest.mark.requirement("A38")
async def test_returns_in_bulk_need_their_reasons(serve: Serve) -> None:
    """The same reasons for all, checked against each submission; approvals take none; a declaration stands once."""
    one = await desk(serve)
    drafts = [await one.season.submitted() for _ in range(2)]
    without = await one.select(drafts, "return")
    assert await one.rows(without) == [("wrong", ["reason_required"])] * 2
    pointless = await one.select(drafts[:1], "return", reasons=[{"code": "period_wrong", "pointer": "/periods/7/from"}])
    assert await one.rows(pointless) == [("wrong", ["target_unknown"])]
    items = [{"id": draft.id, "version": draft.version} for draft in drafts]
    mixed = await one.api.post("/bulk-decisions", {"decision": "approve", "items": items, **REASONS})
    assert counts(mixed.body) == ("checked", 2, 0, 0, 0)
    twice = await one.select([*drafts, drafts[0]], "return", **REASONS)
    assert [problems for _, problems in await one.rows(twice)] == [[], [], ["repeated_in_bulk"]]
    done = await one.start(twice)
    assert counts(done) == ("done", 1, 0, 2, 0)
    assert len(await one.season.service.published(DeclarationReturned)) == 2
    shown = (await drafts[0].person.api.get(f"{drafts[0].path}/timeline")).body["items"][-1]["reasons"]
    assert [(reason["code"], reason["text"]) for reason in shown] == [("period_wrong", "起始日期与考勤不符")]


@pytest.mark.requirement("A38")
async def test_a_sheet_of_receipt_numbers_decides(serve: Serve) -> None:
    """Numbers, decisions and reasons as people write them; wrong lines say what is wrong; the results come back as a
    file."""
    one = await desk(serve)
    season = one.season
    drafts = [await season.submitted() for _ in range(3)]
    other = await season.has_unit("别家医院")
    elsewhere = await season.draft(await season.has_person(other), {})
    assert elsewhere.version > 0
    lines = [
        "申报编号,审核结果,原因代码,问题字段,说明",
        "D2027-000001,通过,,,",
        "d2027-000002,退回修改,period_wrong,/periods/0/from,起始日期有误",
        "D2027-000003,不通过,not_eligible,,",
        "D2027-000009,通过,,,",
        "D2027-000001,也许,,,",
    ]
    sheet = "\n".join(lines).encode()
    sent = await one.api.call("POST", "/bulk-decision-sheets", data=sheet, headers={"Content-Type": "text/csv"})
    assert sent.status == 201, sent.body
    bulk = await one.worked(sent.body)
    assert counts(bulk) == ("checked", 3, 2, 0, 0)
    wrong = [problems for result, problems in await one.rows(bulk) if result == "wrong"]
    assert wrong == [["comment_required"], ["number_unknown"], ["decision_unknown", "repeated_in_bulk"]]
    assert counts(await one.start(bulk)) == ("done", 3, 0, 2, 0)
    assert [await season.state_of(draft) for draft in drafts] == ["approved", "returned", "submitted"]
    file = await one.api.get(f"/bulk-decisions/{bulk['id']}/results")
    told = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"), newline="")))
    assert [line[3] for line in told[1:]] == ["已办理", "已办理", *["有误，不会办理"] * 3]
    assert not any(draft.person.name in str(told) for draft in drafts)
    headless = await one.api.call("POST", "/bulk-decision-sheets", data="姓名\n某某".encode())
    assert (headless.status, headless.code) == (422, "sheet_columns_wrong")


@pytest.mark.requirement("A38", "V69")
async def test_a_sheet_keeps_nothing_but_receipt_numbers(serve: Serve) -> None:
    """What stands in the number column and is none, such as a document number, makes the row wrong and is kept and
    shown nowhere; reasons obey the limits of the form."""
    one = await desk(serve)
    season = one.season
    await season.submitted()
    document_no = forms.document_no(77)
    lines = [
        "申报编号,审核结果,原因代码,问题字段,说明",
        f"{document_no},通过,,,",
        f"D2027-000001 {document_no},通过,,,",
        "D2027-000001,退回,period_wrong,periods/0 from,日期有误",
        f"D2027-000001,退回,period_wrong,{'/periods' * 26},日期有误",
        f"D2027-000001,退回,{'x' * 41},,日期有误",
        f"D2027-000001,退回,period_wrong,/periods/0/from,{'长' * 500}",
    ]
    sent = await one.api.call("POST", "/bulk-decision-sheets", data="\n".join(lines).encode())
    assert sent.status == 201, sent.body
    bulk = await one.worked(sent.body)
    found = [problems for _, problems in await one.rows(bulk)]
    assert [problems[0] for problems in found[:2]] == ["number_malformed"] * 2
    assert [problems[0] for problems in found[2:5]] == [
        "pointer_malformed",
        "pointer_malformed",
        "reason_malformed",
    ]
    listed = (await one.api.get(f"/bulk-decisions/{bulk['id']}/rows?limit=100")).body["items"]
    file = await one.api.get(f"/bulk-decisions/{bulk['id']}/results")
    assert document_no not in str(listed)
    assert document_no not in file.body.decode("utf-8-sig")
    assert await season.count("SELECT count(*) FROM bulk_decision_row WHERE number = 'D2027-000001'") == 4
    anywhere = "SELECT count(*) FROM bulk_decision_row r WHERE strpos(r::text, $1) > 0"
    assert await season.count(anywhere, document_no) == 0
    sealed = "SELECT count(*) FROM bulk_decision_row WHERE reasons IS NOT NULL"
    assert await season.count(sealed) == 1, "only reasons that a form would take"


@pytest.mark.requirement("A38")
async def test_a_bulk_has_no_more_rights_than_its_maker(serve: Serve) -> None:
    """Not the own declaration, not after the account was disabled, not declarations of another unit; and nobody else
    finds the bulk."""
    one = await desk(serve)
    season = one.season
    drafts = [await season.submitted() for _ in range(2)]
    himself = await knows(season, new_id())
    own = Desk(season, himself)
    own.api = season.reviewer(id=himself, person_id=drafts[0].person.id)
    bulk = await own.select(drafts)
    assert await own.rows(bulk) == [("wrong", ["own_declaration"]), ("waiting", [])]
    assert (await one.api.get(f"/bulk-decisions/{bulk['id']}")).status == 404
    assert (await one.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])).status == 404
    started = await own.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])
    assert started.status == 200
    await knows(season, himself, state="disabled", aggregate_version=2)
    await run(season, JOB)
    assert (await own.rows(bulk))[1] == ("refused", ["reviewer_without_rights"])
    other = await season.has_unit("别家医院")
    foreign = Desk(season, await knows(season, new_id(), scope_id=other.id))
    foreign.api = season.reviewer(other, id=foreign.staff_id)
    items = [{"id": drafts[1].id, "version": drafts[1].version}]
    sent = await foreign.api.post("/bulk-decisions", {"decision": "approve", "items": items})
    assert await foreign.rows(sent.body) == [("wrong", ["number_unknown"])]
    assert await season.state_of(drafts[1]) == "submitted"


@pytest.mark.requirement("A38", "M9")
async def test_many_workers_carry_out_each_row_once(serve: Serve) -> None:
    """Five runs at once: every row done once, one event each, and a repeated start changes nothing."""
    one = await desk(serve)
    drafts = [await one.season.submitted() for _ in range(6)]
    bulk = await one.select(drafts)
    path = f"/bulk-decisions/{bulk['id']}/start"
    started = await together(*(one.api.post(path, version=bulk["version"]) for _ in range(4)))
    assert Counter(answer.status for answer in started) == {200: 1, 409: 3}
    await together(*(run(one.season, JOB) for _ in range(5)))
    await run(one.season, JOB)
    assert counts((await one.api.get(f"/bulk-decisions/{bulk['id']}")).body) == ("done", 0, 0, 6, 0)
    assert await _once_each(one.season, drafts)


@pytest.mark.requirement("A38", "M2")
@pytest.mark.parametrize("failpoint", ["command.before_commit:kill:2", "command.after_commit:kill:3"])
async def test_a_kill_leaves_rows_whole(engines: Engines, serve: Serve, failpoint: str) -> None:
    """kill -9 while rows are carried out: what was done stays done, the rest is done by the next run, nothing twice."""
    one = await desk(serve)
    drafts = [await one.season.submitted() for _ in range(4)]
    bulk = await one.select(drafts)
    assert (await one.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])).status == 200
    assert await working_process(engines, one.season, JOB, failpoint) == KILLED
    half = (await one.api.get(f"/bulk-decisions/{bulk['id']}")).body
    assert half["state"] == "running"
    assert 0 < half["done"] < 4
    assert await working_process(engines, one.season, JOB) == 0
    assert counts((await one.api.get(f"/bulk-decisions/{bulk['id']}")).body) == ("done", 0, 0, 4, 0)
    assert await _once_each(one.season, drafts)


async def test_without_the_result_in_its_commit_rows_are_tried_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a row whose result is lost is decided once more, and only the declaration's version stops it, which
    the row then tells as a refusal of what it did itself."""
    one = await desk(serve)
    drafts = [await one.season.submitted()]
    bulk = await one.select(drafts)
    assert (await one.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])).status == 200
    forgetful = bulk_decisions._UPDATE_ROW.replace("line = $2", "line = $2 + 1000")
    assert forgetful != bulk_decisions._UPDATE_ROW
    with monkeypatch.context() as patched:
        patched.setattr(bulk_decisions, "_UPDATE_ROW", forgetful)
        patched.setattr("services.declaration.scheduled.reviews._ROWS_AT_ONCE", 1)
        await run(one.season, JOB)
    assert await one.season.state_of(drafts[0]) == "approved"
    await run(one.season, JOB)
    assert await one.rows(bulk) == [("refused", ["stale_version"])], "decided, and told that it was not"


async def _once_each(season: Season, drafts: list[Draft]) -> bool:
    told = Counter(event.declaration_id for event in await season.service.published(DeclarationApproved))
    trail = await season.count("SELECT count(*) FROM audit_entry WHERE action = 'declaration.approve'")
    return told == {UUID(draft.id): 1 for draft in drafts} and trail == len(drafts)
