"""Decision packets: asked for by those who may, made by a worker, verified by the offline command (C6, V55, V64)."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.packet import tiro_packet
from services.declaration.scheduled.exports import work_exports
from shared.contracts.institution import ExamBodyChanged
from shared.contracts.notification import PacketNoticesTold, ToldNotices
from shared.exporting.job import MOST_ATTEMPTS
from shared.ids import new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.season import Season, exam_season
from tests.integration.declaration.supervision.overseers import overseer
from tests.support.service_under_test import Caller, Serve


async def supervised(season: Season) -> Year:
    """The season's unit below three exam bodies."""
    year = Year(season.service, season.clock, cycle_id=UUID(season.cycle_id), institution_id=season.unit.id)
    path = [year.zone_id, year.site_id, year.point_id]
    await year.institution_exists(path=path, version=9)
    for depth, level in enumerate(("zone", "site", "point"), start=1):
        body = {"exam_body_id": path[depth - 1], "code": f"42{depth}", "name": f"虚构考试机构{depth}", "level": level}
        place = {"parent_id": path[depth - 2] if depth > 1 else None, "path": path[:depth], "state": "active"}
        told = {"occurred_at": year.clock.now(), "aggregate_version": 1}
        await year.service.deliver(ExamBodyChanged.model_validate(body | place | told))
    return year


async def decided(serve: Serve) -> tuple[Year, Any]:
    """A person whose declaration with a file was approved and evaluated, below three exam bodies."""
    season = await exam_season(serve)
    year = await supervised(season)
    draft = await season.entered()
    # One that was taken away before anything was handed in is in no packet.
    spare = await season.attach(draft, "diploma")
    gone = await draft.person.api.call("DELETE", f"{draft.path}/files/{spare.body['document']['id']}")
    assert gone.status == 200, gone.body
    await season.attach(draft, "diploma")
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "approval")).status == 200
    judged = {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    assert (await year.unit.post(f"/reviews/{draft.id}/evaluation", judged)).status == 201
    return year, draft


async def packet(year: Year, by: Caller, declaration_id: str, **more: Any) -> tuple[dict[str, Any], bytes]:
    """A packet that was asked for and made: the job, and the file. What was counted at the request is what it holds."""
    asked = await by.post("/decision-packets", {"declaration_id": declaration_id} | more)
    assert asked.status == 202, asked.body
    await year.service.deliver(told_nothing(year, asked.body["id"]))
    await work_exports(year.service.deps)
    job = (await by.get(f"/exports/{asked.body['id']}")).body
    assert job["state"] == "done", job
    assert asked.body["rows_all"] == job["rows_done"]
    taken = await by.get(f"/exports/{job['id']}/file")
    assert (taken.status, taken.headers["Content-Type"]) == (200, "application/zip"), taken.body
    return job, taken.body


def told_nothing(year: Year, packet_id: str) -> PacketNoticesTold:
    """Notification answers that nobody was told of anything."""
    place = f"{PacketNoticesTold.TYPE}.notices:{packet_id}/1"
    content = ToldNotices(notices=[]).model_dump_json()
    return PacketNoticesTold(
        occurred_at=year.clock.now(),
        aggregate_version=1,
        packet_id=UUID(packet_id),
        part=1,
        parts=1,
        notices=seal_for_event(year.service.keyring, "told_notice", place, content),
    )


async def verdict(year: Year, data: bytes, where: Path) -> tuple[list[tiro_packet.Finding], dict[str, Any]]:
    """What the offline verifier says, with the keys as the platform publishes them."""
    published = await year.service.anonymous().get("/packet-keys")
    (where / "keys.json").write_text(json.dumps(published.body))
    (where / "packet.zip").write_bytes(data)
    return tiro_packet.verify(where / "packet.zip", tiro_packet.read_keys(where / "keys.json"))


@pytest.mark.requirement("C6", "V55", "V62", "V64")
async def test_a_packet_holds_everything_and_verifies_offline(serve: Serve, tmp_path: Path) -> None:
    """The person takes what was handed in, the files, the decisions, the evaluation and the audit entries; nothing in
    it fails the offline check, and a changed byte does. The person, a body above and an auditor may ask, each on
    record; another person and a body elsewhere find nothing, and staff say why."""
    year, draft = await decided(serve)
    person = draft.person.api
    job, data = await packet(year, person, draft.id)
    assert job["reason_code"] == "own_data"
    findings, manifest = await verdict(year, data, tmp_path)
    assert (findings, manifest["declaration_id"]) == ([], str(draft.id))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    steps = [one["action"] for one in json.loads(read["data/decisions.json"])]
    assert steps[-1] == "approve"
    (evaluation,) = json.loads(read["data/evaluations.json"])
    assert evaluation["opinion"] == "试用期表现良好，同意。"
    handed = json.loads(read["data/submissions/0001.json"])
    assert handed["content"]["identity"]["document_no"] == draft.person.document_no
    (document,) = json.loads(read["data/documents.json"])
    assert (document["kind"], document["pages"][0]["path"] in read) == ("diploma", True)
    assert {"declaration.submit", "declaration.approve"} <= told(data)
    touched = data.replace("试用期表现良好".encode(), "试用期表现很差".encode())
    assert {one.kind for one in (await verdict(year, touched, tmp_path))[0]} != set()
    await _who_may(year, draft)


async def _who_may(year: Year, draft: Any) -> None:
    point = await overseer(year, "point_admin", year.point_id)
    silent = await point.post("/decision-packets", {"declaration_id": draft.id})
    assert (silent.status, silent.code) == (422, "packet_reason_required")
    job, _ = await packet(year, point, draft.id, reason_code="inquiry")
    auditor = await overseer(year, "auditor", year.site_id)
    await packet(year, auditor, draft.id, reason_code="verification")
    listed = (await auditor.get("/exports?kind=packet")).body["items"]
    assert sorted(one["reason_code"] for one in listed) == ["inquiry", "own_data", "verification"]
    assert {one["downloads"] for one in listed} == {1}
    assert (await auditor.get(f"/exports/{job['id']}/file")).status == 404
    other = await overseer(year, "site_admin", year.other_site_id)
    stranger = year.service.caller("candidate")
    for caller in (other, stranger):
        body = {"declaration_id": draft.id, "reason_code": "inquiry"}
        assert (await caller.post("/decision-packets", body)).status == 404
    assert (await year.unit.post("/decision-packets", {"declaration_id": draft.id})).status == 403
    async with year.service.database.read() as reader:
        query = "SELECT count(*) FROM audit_entry WHERE action IN ('export.request', 'export.download')"
        assert await reader.fetchval(query) == 6


@pytest.mark.requirement("V24")
async def test_a_packet_is_not_opened_by_who_lost_the_jurisdiction(serve: Serve) -> None:
    """A unit that moved to another body takes its people along: the old body's file is there, and found no more."""
    year, draft = await decided(serve)
    point = await overseer(year, "point_admin", year.point_id)
    job, _ = await packet(year, point, draft.id, reason_code="inquiry")
    await year.institution_exists(path=[year.zone_id, year.other_site_id], version=10)
    assert (await point.get(f"/exports/{job['id']}/file")).status == 404
    refused = await point.post("/decision-packets", {"declaration_id": draft.id, "reason_code": "inquiry"})
    assert refused.status == 404


@pytest.mark.requirement("A38", "C6")
async def test_the_own_packet_is_silent_about_notes_of_reviewers(serve: Serve, tmp_path: Path) -> None:
    """The unit wrote and read a note: the packet of the person does not tell of it and verifies, that of a supervising
    body tells."""
    year, draft = await decided(serve)
    path = f"/reviews/{draft.id}/notes"
    assert (await year.unit.post(path, {"text": "电话核实过考勤"})).status == 201
    assert (await year.unit.get(path)).status == 200
    notes = {"declaration.write_note", "declaration.read_notes"}
    _, own = await packet(year, draft.person.api, draft.id)
    assert (await verdict(year, own, tmp_path))[0] == []
    assert notes & told(own) == set()
    point = await overseer(year, "point_admin", year.point_id)
    _, seen = await packet(year, point, draft.id, reason_code="inquiry")
    assert (await verdict(year, seen, tmp_path))[0] == []
    assert notes & told(seen) == notes


def told(data: bytes) -> set[str]:
    """The actions of the audit entries in a packet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = json.loads(archive.read("audit/entries.json"))
    return {json.loads(one["entry"])["action"] for one in entries}


@pytest.mark.requirement("C6", "M11", "V24")
async def test_a_packet_waits_until_its_maker_is_known(serve: Serve) -> None:
    """Asked for before identity's word of the account arrives, nothing is written and no try counted; then it is made.
    A candidate needs no such word."""
    year, draft = await decided(serve)
    staff_id = new_id()
    point = year.service.caller("point_admin", id=staff_id, scope_id=year.point_id)
    asked = await point.post("/decision-packets", {"declaration_id": draft.id, "reason_code": "inquiry"})
    assert asked.status == 202, asked.body
    await year.service.deliver(told_nothing(year, asked.body["id"]))
    for _ in range(MOST_ATTEMPTS + 2):
        await work_exports(year.service.deps)
        year.clock.advance(timedelta(seconds=31))
    waiting = (await point.get(f"/exports/{asked.body['id']}")).body
    assert (waiting["state"], waiting["failure"]) == ("writing", None)
    own, _ = await packet(year, year.service.caller("candidate", id=draft.person.id), draft.id)
    assert own["state"] == "done"
    await overseer(year, "point_admin", year.point_id, staff_id=staff_id)
    year.clock.advance(timedelta(seconds=6))
    await work_exports(year.service.deps)
    assert (await point.get(f"/exports/{asked.body['id']}")).body["state"] == "done"
