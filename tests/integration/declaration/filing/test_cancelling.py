"""Whoever a cancellation takes off the filed ones is told so, with the reason in words; whom it can not name is said by
receipt number (4.7)."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.declaration import ModificationAllowed
from shared.ids import new_id
from tests.integration.declaration.filing.paper import filed_unseen, generate, open_draft
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.service_under_test import Answer, Serve

_TEXT = "姓名中的“晓”字登记为“小”，需更正后重新备案"


def named(*ids: UUID) -> dict[str, Any]:
    """The body of a cancellation that names them."""
    people = [{"declaration_id": str(id), "reason_code": "name_wrong", "text": _TEXT} for id in ids]
    return {"responsible_person": "王建国", "cancelled": people}


async def _filed(year: Year) -> Declared:
    someone = await year.declare()
    await year.evaluate(someone)
    await filed_unseen(year, await generate(year, await open_draft(year)))
    return someone


@pytest.mark.requirement("B13", "A39")
async def test_the_candidate_learns_why_he_is_not_filed_any_more(serve: Serve) -> None:
    """His event says that the filing is gone, and his timeline has the unit's words, which are stored sealed; a
    cancellation without words is refused."""
    year = await exam_year(serve)
    someone = await _filed(year)
    draft = await open_draft(year, "cancellation")
    path = f"/qualified-lists/{draft['id']}/generation"
    body = named(someone.id)
    wordless = {"cancelled": [{"declaration_id": str(someone.id), "reason_code": "name_wrong"}]}
    assert (await year.unit.post(path, body | wordless, version=1)).status == 422
    frozen = await year.unit.post(path, body, version=1)
    assert frozen.status == 202, frozen.body
    await filed_unseen(year, frozen.body)
    (told,) = await year.service.published(ModificationAllowed)
    assert (told.declaration_id, told.was_filed, told.reason_code) == (someone.id, True, "name_wrong")
    candidate = year.service.caller("candidate", id=someone.person_id)
    timeline = await candidate.get(f"/declarations/{someone.id}/timeline")
    assert timeline.status == 200, timeline.body
    step = timeline.body["steps"][-1]
    assert (step["action"], step["reason_codes"]) == ("reopen", ["name_wrong"])
    assert [one["text"] for one in step["reasons"]] == [_TEXT]
    async with year.service.database.read() as reader:
        stored = [
            await reader.fetchval("SELECT reasons FROM declaration_event WHERE action = 'reopen'"),
            await reader.fetchval("SELECT reason_text FROM list_line WHERE reason_code IS NOT NULL"),
        ]
    assert all(one and _TEXT.encode() not in one for one in stored)


@pytest.mark.requirement("B13")
async def test_whom_a_cancellation_can_not_name_is_said_by_number(serve: Serve) -> None:
    """Own declarations that are on no accepted list by their receipt numbers, twenty of them, and how many more there
    are; nobody is named twice."""
    year = await exam_year(serve)
    someone = await _filed(year)
    strangers = [await year.declare() for _ in range(22)]
    draft = await open_draft(year, "cancellation")
    path = f"/qualified-lists/{draft['id']}/generation"

    async def named_so(*ids: UUID) -> Answer:
        answer = await year.unit.post(path, named(*ids), version=1)
        assert answer.status == 422, answer.body
        return answer

    async with year.service.database.read() as reader:
        rows = await reader.fetch("SELECT id, number FROM declaration")
    numbers = {row["id"]: row["number"] for row in rows}
    one = await named_so(someone.id, strangers[0].id)
    assert (one.code, numbers[strangers[0].id] in one.body["title"]) == ("not_on_accepted_list", True)
    assert numbers[someone.id] not in one.body["title"]
    many = await named_so(*(each.id for each in strangers), new_id())
    assert sum(numbers[each.id] in many.body["title"] for each in strangers) == 20
    assert "另有 3 份" in many.body["title"]
    assert not any(str(each.id) in many.body["title"] for each in strangers)
    twice = await named_so(someone.id, someone.id)
    assert (twice.code, numbers[someone.id] in twice.body["title"]) == ("person_named_twice", True)
