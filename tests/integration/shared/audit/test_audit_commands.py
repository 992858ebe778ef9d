"""What the worker does by itself, and what an operator runs (V63)."""

import asyncio
import itertools
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from deploy.local.environment import service_environment
from shared.audit import anchor_store
from shared.audit.anchors import data_class, verify
from shared.process import audit_commands
from shared.process.audit_commands import audit_jobs, run_audit_command
from shared.process.scheduling import alone
from tests.integration.shared.audit.conftest import INTERVAL, Watched
from tests.support.engines import PROJECT
from tests.support.service_under_test import ServiceUnderTest

Printed = list[dict[str, Any]]


async def _run(
    service: ServiceUnderTest, capsys: pytest.CaptureFixture[str], verb: str, *words: str
) -> tuple[int, Printed]:
    capsys.readouterr()
    status = await run_audit_command(service.definition, service.foundation, verb, list(words))
    lines = capsys.readouterr().out.splitlines()
    return status, [json.loads(line) for line in lines if line.startswith("{")]


async def _kept_file(watched: Watched, capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    status, lines = await _run(watched.keeper, capsys, "kept-anchors", "institution")
    assert status == 0
    file = folder / "kept.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return str(file)


async def _deliver(watched: Watched) -> None:
    for event in await watched.published():
        await watched.keeper.deliver(event)


@pytest.mark.requirement("V63")
async def test_the_worker_makes_one_anchor_in_ten_minutes(watched: Watched) -> None:
    """Two workers look every minute for an hour of injected time: never more than ten minutes between two anchors."""
    job = audit_jobs(watched.service.definition, watched.service.foundation)[0]
    assert job.every == timedelta(minutes=1)
    for _ in range(60):
        await job.run(watched.service.foundation)
        await job.run(watched.service.foundation)
        watched.clock.advance(job.every)
    await _deliver(watched)
    moments = [verify(watched.chain.keyring, "institution", copy.signed).at for copy in await watched.kept()]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(moments) in (6, 7)
    assert max(gaps) <= INTERVAL


@pytest.mark.requirement("V63")
async def test_the_alarm_stays_until_a_person_decides(
    watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A cut tail: alarm and no new anchor, run after run; accepted with a reason, the chain goes on, and says so."""
    await watched.history(2)
    head = await watched.longest_lane()
    await watched.cut_tail(head, 2)
    job = audit_jobs(watched.service.definition, watched.service.foundation)[0]
    for _ in range(3):
        await job.run(watched.service.foundation)
        watched.clock.advance(INTERVAL)
        assert REGISTRY.get_sample_value("tiro_audit_findings") == 1
    await _deliver(watched)
    kept = await _kept_file(watched, capsys, tmp_path)
    status, lines = await _run(watched.service, capsys, "verify-audit", "--kept", kept)
    assert (status, len(lines)) == (1, 2)
    assert (lines[0]["finding"], lines[0]["lane"], lines[0]["sequence"]) == ("rolled_back", head.lane, head.sequence)
    status, lines = await _run(
        watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "restored after a fire"
    )
    assert (status, lines[-1]["anchored"], lines[-1]["accepted"]) == (0, 3, 1)
    await job.run(watched.service.foundation)
    assert REGISTRY.get_sample_value("tiro_audit_findings") == 0
    await watched.history(1)
    kept = await _kept_file(watched, capsys, tmp_path)
    status, lines = await _run(watched.service, capsys, "verify-audit", "--kept", kept)
    assert (status, lines[0]["accepted_in"], lines[-1]["findings"]) == (0, 3, 0)


@pytest.mark.requirement("V63")
async def test_what_was_accepted_once_hides_nothing_later(
    watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """After a first cut was accepted a lane is cut again: the second cut is found."""
    await watched.history(2)
    head = await watched.longest_lane()
    await watched.cut_tail(head, 2)
    kept = await _kept_file(watched, capsys, tmp_path)
    assert (await _run(watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "known"))[0] == 0
    await watched.history(1)
    second = await watched.longest_lane()
    await watched.cut_tail(second, 1)
    kept = await _kept_file(watched, capsys, tmp_path)
    status, lines = await _run(watched.service, capsys, "verify-audit", "--kept", kept)
    found = [(one["finding"], one["lane"], one["sequence"], one.get("accepted_in")) for one in lines[:-1]]
    assert status == 1
    assert ("rolled_back", second.lane, second.sequence, None) in found


@pytest.mark.requirement("V63")
async def test_anchors_that_no_key_opens_can_be_accepted_and_are_not_overwritten(
    watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A database and a keyring made anew beside an old bucket: the next anchor goes past the old numbers."""
    for number in (1, 2):
        key = anchor_store.key_of(number, watched.clock.now(), bytes([number]) * 32)
        await watched.chain.bucket.put(key, b"of another time", data_class("institution"))
    kept = await _kept_file(watched, capsys, tmp_path)
    status, lines = await _run(watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "made anew")
    assert (status, lines) == (0, [{"anchored": 3, "accepted": 3, "reason": "made anew"}])
    await watched.history(1)
    kept = await _kept_file(watched, capsys, tmp_path)
    assert (await _run(watched.service, capsys, "verify-audit", "--kept", kept))[0] == 0


@pytest.mark.requirement("V63")
async def test_more_findings_than_one_anchor_holds_are_accepted_by_several(
    watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call accepts as many as an anchor holds and says how many are left, until none is."""
    await watched.history(1)
    for lane in range(3):
        async with watched.owner() as owner:
            await owner.execute("DELETE FROM audit_chain WHERE lane = $1", lane)
    monkeypatch.setattr(audit_commands, "_MOST_ACCEPTED", 2)
    kept = await _kept_file(watched, capsys, tmp_path)
    statuses: list[int] = []
    left: list[int] = []
    while not left or left[-1]:
        status, lines = await _run(watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "known")
        assert 0 < lines[-1]["accepted"] <= 2
        statuses.append(status)
        left.append(lines[-1].get("left", 0))
    assert (statuses, left) == ([1] * (len(left) - 1) + [0], sorted(left, reverse=True))
    assert len(left) > 1
    assert (await _run(watched.service, capsys, "verify-audit", "--kept", kept))[0] == 0


@pytest.mark.requirement("V63")
async def test_a_clock_that_was_far_ahead_does_not_end_the_anchoring(watched: Watched) -> None:
    """One anchor from next month; the clock is set right, and the next one comes at once."""
    job = audit_jobs(watched.service.definition, watched.service.foundation)[0]
    watched.clock.advance(timedelta(days=30))
    await job.run(watched.service.foundation)
    watched.clock.advance(timedelta(days=-30))
    await job.run(watched.service.foundation)
    assert len(await watched.published()) == 2


@pytest.mark.requirement("V63")
async def test_accepting_needs_the_keepers_copies_and_a_free_moment(
    watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Without --kept it is refused; while a worker anchors it says so; with nothing found it simply anchors."""
    await watched.history(1)
    with pytest.raises(SystemExit):
        await _run(watched.service, capsys, "anchor-audit", "--accept", "no reason")
    kept = await _kept_file(watched, capsys, tmp_path)
    async with alone(watched.chain.database, "institution", "anchor-audit") as may:
        assert may
        status, lines = await _run(watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "x")
        assert (status, list(lines[0])) == (1, ["refused"])
    status, lines = await _run(watched.service, capsys, "anchor-audit", "--kept", kept, "--accept", "x")
    assert (status, lines) == (0, [{"anchored": True, "findings": 0}])


@pytest.mark.requirement("V62", "V63")
async def test_the_command_as_an_operator_runs_it(watched: Watched) -> None:
    """`python -m services.institution verify-audit`: status 0 and a summary; after a rewrite status 1 and the place."""
    await watched.history(2)
    around = watched.engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "institution", "worker"),
        "INSTITUTION_POSTGRES__DSN": around.dsn("institution", watched.service.database_name),
        "INSTITUTION_PROFILE": "test",
    }

    async def run() -> tuple[int | None, dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.institution", "verify-audit"),
            cwd=PROJECT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        return process.returncode, json.loads(output.decode().splitlines()[0])

    status, first = await run()
    assert (status, first["entries"], first["anchors"], first["findings"]) == (0, 48, 2, 0)
    head = await watched.longest_lane()
    await watched.rewrite(head.lane, head.sequence)
    status, first = await run()
    assert (status, first["finding"], first["lane"], first["sequence"]) == (1, "rewritten", head.lane, head.sequence)
