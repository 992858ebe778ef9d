"""What a question costs tells nothing about the number (V6, V28)."""

from typing import Any

import pytest

from services.declaration.scheduled.indexes import fill_added_indexes
from services.declaration.use_cases.status import answer_status
from shared.ids import new_id
from shared.security.subject_keys import SubjectKeys
from tests.integration.declaration.filing.test_status import NOTHING
from tests.integration.declaration.filing.year import Year, document_no, exam_year
from tests.integration.declaration.test_erased_people import NAME, said_by
from tests.integration.declaration.test_revoked_people import ask
from tests.support.alike import work_done
from tests.support.service_under_test import Serve

_STRANGER = "420106199001018888"


async def _work(year: Year, number: str, name: str) -> list[str]:
    """What a question takes while no key of a person is remembered."""
    keys = year.service.keyring.subjects
    assert isinstance(keys, SubjectKeys)
    keys._known.clear()
    with work_done(unsealing=True) as done:
        await ask(year, number, name)
    return done


@pytest.mark.requirement("V28", "V6")
async def test_known_and_unknown_people_cost_the_same(serve: Serve) -> None:
    """A number nobody has, a number with another's name and a number with its holder's take the same statements, and
    open as many sealed names."""
    year = await exam_year(serve)
    declared = await year.declare("filed")
    questions = ((declared.document_no, declared.name), (declared.document_no, "李四"), (_STRANGER, declared.name))
    await ask(year, *questions[0])
    work = [await _work(year, *one) for one in questions]
    assert work[0] == work[1] == work[2]
    assert "unseal" in work[0]


@pytest.mark.requirement("V28", "V6")
async def test_without_the_decoy_an_unknown_number_costs_less(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nothing is opened for nobody, the work tells who is known."""
    agrees = answer_status._agrees

    def without_decoy(keyring: Any, question: Any, found: Any) -> bool:
        return found is not None and agrees(keyring, question, found)

    monkeypatch.setattr(answer_status, "_agrees", without_decoy)
    year = await exam_year(serve)
    declared = await year.declare("filed")
    await ask(year, declared.document_no, declared.name)
    assert await _work(year, declared.document_no, "李四") != await _work(year, _STRANGER, "李四")


@pytest.mark.requirement("V28", "V6", "A17")
async def test_the_number_of_an_exempt_person_costs_what_an_unknown_one_does(serve: Serve) -> None:
    """Without the name nobody learns from the work that a number declares elsewhere; with the name it is answered."""
    year = await exam_year(serve)
    number = document_no(77)
    await said_by(year, new_id(), number)
    await ask(year, _STRANGER, "李四")
    assert await _work(year, number, "李四") == await _work(year, _STRANGER, "李四")
    assert (await ask(year, number, NAME)).body["status"] == "exempt_channel"


@pytest.mark.requirement("A17")
async def test_a_rare_character_in_the_name_of_an_exempt_person(serve: Serve) -> None:
    """Where the person wrote ? the network may write any character, in one place or two; not elsewhere."""
    year = await exam_year(serve)
    for serial, known in ((81, "军?试"), (82, "军??试")):
        await said_by(year, new_id(), document_no(serial), name=known)
    for serial, name, status in (
        (81, "军医试", "exempt_channel"),
        (81, "军医师", "none"),
        (82, "军医官试", "exempt_channel"),
        (82, "军医试", "none"),
    ):
        assert (await ask(year, document_no(serial), name)).body["status"] == status
    assert (await ask(year, document_no(81), "李四")).body == NOTHING


@pytest.mark.requirement("A17")
async def test_choices_from_before_the_index_are_told(serve: Serve) -> None:
    """A choice whose name has no index yet is found by opening it, and gets one."""
    year = await exam_year(serve)
    await said_by(year, new_id(), document_no(77))
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE known_exempt_person SET name_index = NULL")
    assert (await ask(year, document_no(77), NAME)).body["status"] == "exempt_channel"
    assert (await ask(year, document_no(77), "李四")).body == NOTHING
    await fill_added_indexes(year.service.deps)
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM known_exempt_person WHERE name_index IS NULL") == 0
    assert (await ask(year, document_no(77), NAME)).body["status"] == "exempt_channel"
