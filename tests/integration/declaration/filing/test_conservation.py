"""Lists, declarations and answers agree at every moment of a year, and the check of it sees what does not (B13)."""

from typing import Any

import asyncpg
import pytest

from tests.chaos.invariants import ANSWERS_AND_LINES, CONSERVATION, unbalanced
from tests.integration.declaration.filing.paper import filed_unseen, generate, handed_in, open_draft, sealed
from tests.integration.declaration.filing.test_filing import mixed_institution
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

PLANTED = {
    "a filed person without exactly one accepted line": "UPDATE declaration.list_line SET live = false",
    "an accepted line of somebody who is not filed": "UPDATE declaration.declaration SET state = 'approved'",
    "a filed person who is not qualified": "UPDATE declaration.evaluation SET state = 'evaluated_unqualified'",
    "an approved and qualified person whom an accepted list left out": (
        "WITH gone AS (DELETE FROM declaration.list_line) UPDATE declaration.declaration SET state = 'approved', "
        "decided_at = '2020-01-01' WHERE state = 'filed'; "
        "UPDATE declaration.evaluation SET decided_at = '2020-01-01'"
    ),
    "a person on two lists": (
        "UPDATE declaration.list_line SET person_id = (SELECT min(person_id::text)::uuid FROM declaration.list_line)"
    ),
    "a list with another number of lines than it says": "UPDATE declaration.qualified_list SET line_count = 7",
    ANSWERS_AND_LINES: "UPDATE declaration.list_line SET live = false WHERE line = 1",
}

_NOT_FILED = "an accepted line of somebody who is not filed"
FAULTS = {fault: (fault, statement) for fault, statement in PLANTED.items()} | {
    "revoked with a live line": (_NOT_FILED, "UPDATE declaration.declaration SET state = 'revoked'"),
    "resubmitted with a live line of the earlier submission": (
        _NOT_FILED,
        "UPDATE declaration.declaration SET state = 'submitted', submission = submission + 1",
    ),
}


def test_every_invariant_has_its_control() -> None:
    """No query of the invariants is without a planted fault that it sees."""
    assert PLANTED.keys() == CONSERVATION.keys() | {ANSWERS_AND_LINES}


async def _faults(engines: Engines, year: Year, statement: str = "") -> list[str]:
    """What the invariants say, after a change made past all rules."""
    connection = await asyncpg.connect(engines.stack.around.dsn("declaration_migrator", year.service.database_name))
    try:
        if statement:
            await connection.execute(statement)
        return await unbalanced(connection)
    finally:
        await connection.close()


async def _accepted(year: Year) -> tuple[tuple[Declared, Declared], dict[str, Any]]:
    people = await mixed_institution(year)
    frozen = await generate(year, await open_draft(year))
    await filed_unseen(year, frozen)
    return people, frozen


@pytest.mark.requirement("B13", "B11")
@pytest.mark.parametrize("fault", FAULTS)
async def test_control_a_planted_fault_is_seen(engines: Engines, serve: Serve, fault: str) -> None:
    """After an acceptance everything agrees; each fault planted past the rules is named."""
    year = await exam_year(serve)
    await _accepted(year)
    assert await _faults(engines, year) == []
    named, statement = FAULTS[fault]
    assert any(named in one for one in await _faults(engines, year, statement))


@pytest.mark.requirement("B13", "C7")
async def test_main_cancellation_and_supplementary_lists_conserve_people(engines: Engines, serve: Serve) -> None:
    """Filed, cancelled with a reason, answered as in progress, corrected, approved, evaluated and filed again on a
    supplementary list: at every step the three counts are one."""
    year = await exam_year(serve)
    (qualified, fresh), _ = await _accepted(year)
    draft = await open_draft(year, "cancellation")
    path = f"/qualified-lists/{draft['id']}/generation"
    body = {"responsible_person": "王建国"}
    assert (await year.unit.post(path, body, version=1)).code == "nobody_to_cancel"
    stranger = await year.declare()
    why = {"cancelled": [{"declaration_id": str(stranger.id), "reason_code": "name_wrong", "text": "姓名有误"}]}
    assert (await year.unit.post(path, body | why, version=1)).code == "not_on_accepted_list"
    why = {"cancelled": [{"declaration_id": str(qualified.id), "reason_code": "name_wrong", "text": "姓名有误"}]}
    frozen = await year.unit.post(path, body | why, version=1)
    assert (frozen.status, frozen.body["number"], frozen.body["lines"]) == (202, "QC2027-4201-000001", 1), frozen.body
    assert await _faults(engines, year) == []
    ready = await sealed(year, frozen.body)
    handed = await year.unit.post(f"/qualified-lists/{draft['id']}/submission", version=ready["version"])
    assert await year.state_of(qualified) == "filed"
    accepted = await year.point.post(f"/filings/{draft['id']}/acceptance", version=handed.body["version"])
    assert accepted.status == 200, accepted.body
    assert [await year.state_of(one) for one in (qualified, fresh)] == ["modification_allowed", "filed"]
    assert await _faults(engines, year) == []
    shown = (await year.point.get(f"/filings/{draft['id']}")).body["people"]
    assert [(one["declaration_id"], one["reason_code"]) for one in shown] == [(str(qualified.id), "name_wrong")]
    await year.resubmit(qualified, "approved")
    await year.evaluate(qualified)
    supplement = await handed_in(year, await open_draft(year, "supplementary"))
    assert supplement["lines"] == 1
    again = await year.point.post(f"/filings/{supplement['id']}/acceptance", version=supplement["version"])
    assert again.status == 200
    assert await year.state_of(qualified) == "filed"
    assert await _faults(engines, year) == []


@pytest.mark.requirement("B10", "B13")
async def test_a_voided_filing_is_no_fault_while_it_is_corrected(engines: Engines, serve: Serve) -> None:
    """Whom the exam body reopened with his certificate hands in again: his line of the earlier submission is history.
    Control: were it left standing, it would be named."""
    year = await exam_year(serve)
    someone = await year.declare()
    certificate = await year.certify(await year.evaluate(someone))
    await filed_unseen(year, await generate(year, await open_draft(year)))
    voiding = {"reason_code": "certificate_false", "text": "带教时间与考勤记录不符", "outcome": "reopened"}
    path = f"/evaluations/{certificate['id']}/filed-voiding"
    assert (await year.point.post(path, voiding, version=certificate["version"])).status == 200
    assert await year.state_of(someone) == "modification_allowed"
    assert await _faults(engines, year) == []
    await year.resubmit(someone, "submitted")
    assert await _faults(engines, year) == []
    standing = "UPDATE declaration.list_line SET live = "
    assert any(_NOT_FILED in one for one in await _faults(engines, year, standing + "true"))
    assert await _faults(engines, year, standing + "false") == []
    assert await _faults(engines, year, "UPDATE declaration.declaration SET state = 'approved'") == []
    await year.evaluate(someone)
    supplement = await generate(year, await open_draft(year, "supplementary"))
    await filed_unseen(year, supplement)
    assert (await year.state_of(someone), supplement["lines"]) == ("filed", 1)
    assert await _faults(engines, year) == []


async def test_a_discarded_cancellation_leaves_everything_as_it_was(engines: Engines, serve: Serve) -> None:
    """Nobody is off the accepted list before the exam body accepts, and the same person can be named again."""
    year = await exam_year(serve)
    (qualified, _), _ = await _accepted(year)
    named = {
        "responsible_person": "王建国",
        "cancelled": [{"declaration_id": str(qualified.id), "reason_code": "name_wrong", "text": "姓名有误"}],
    }
    for _ in range(2):
        draft = await open_draft(year, "cancellation")
        frozen = await year.unit.post(f"/qualified-lists/{draft['id']}/generation", named, version=1)
        assert frozen.status == 202, frozen.body
        gone = await year.unit.post(f"/qualified-lists/{draft['id']}/discard", version=frozen.body["version"])
        assert gone.body["state"] == "void"
    assert await year.state_of(qualified) == "filed"
    assert await _faults(engines, year) == []
