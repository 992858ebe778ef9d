"""Values of before there were keys of persons come under them by `reseal`: online, resumed after a kill (V47, V58)."""

from pathlib import Path

import pytest

from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_text, subject_of
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.rotation import Known, crowd, install, write_ring
from tests.integration.identity.test_resealing import killed_midway, run
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, ServiceUnderTest

PEOPLE = 600
COLUMN = "person.phone_sealed"


async def phones(service: ServiceUnderTest, people: list[Known]) -> list[bytes]:
    """Their phones as they rest."""
    select = "SELECT person_id, phone_sealed FROM person"
    async with service.database.read() as reader:
        found = {row["person_id"]: row["phone_sealed"] for row in await reader.fetch(select)}
    return [found[one.person_id] for one in people]


async def opened(service: ServiceUnderTest, people: list[Known]) -> list[str]:
    """Their phones in clear."""
    sealed = zip(people, await phones(service, people), strict=True)
    return [await open_text(service.keyring, "contact", f"person.phone:{p.person_id}", s) for p, s in sealed]


@pytest.mark.requirement("V47", "V58")
async def test_old_values_come_under_the_keys_of_their_persons(
    serve: Serve, engines: Engines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A killed run is resumed, the rest is done once, every phone opens before, between and after; a new class key is
    taken by the same values later, which stay their persons'."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    people = await crowd(service, PEOPLE)
    wanted = [one.phone for one in people]
    assert {subject_of(sealed) for sealed in await phones(service, people)} == {None}
    assert await opened(service, people) == wanted
    ring = write_ring(service, tmp_path / "ring.json")
    before_kill = await killed_midway(engines, service, ring, "reseal", "--class", "contact")
    assert 0 < before_kill < PEOPLE
    assert await opened(service, people) == wanted
    done, said = await run(service, capsys, "reseal", "--class", "contact")
    assert (done, said["did_not_open"], said["of_erased_people"]) == (0, {}, {})
    assert 0 < said["done"][COLUMN] <= PEOPLE - before_kill
    assert [subject_of(sealed) for sealed in await phones(service, people)] == [one.person_id for one in people]
    assert (await run(service, capsys, "reseal", "--class", "contact"))[1]["done"][COLUMN] == 0
    install(service, "contact", "k2", "k1", "k2")
    assert (await run(service, capsys, "retire-key", "contact", "k1"))[0] == 1
    done, said = await run(service, capsys, "reseal", "--class", "contact")
    assert (done, said["done"][COLUMN]) == (0, PEOPLE)
    assert (await run(service, capsys, "retire-key", "contact", "k1"))[0] == 0
    install(service, "contact", "k2", "k2")
    assert await opened(service, people) == wanted
    assert [subject_of(sealed) for sealed in await phones(service, people)] == [one.person_id for one in people]


@pytest.mark.requirement("V58")
async def test_what_is_left_of_erased_people_is_blanked_and_holds_no_key_back(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value of before the keys and one of after, both of people erased since: neither is sealed anew, both are
    counted and blanked. Control: a neighbour's phone reads on."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    caller = await candidate(service, phone_number(1))
    late, neighbour = await crowd(service, 2)
    assert (await run(service, capsys, "reseal", "--class", "contact"))[0] == 0
    (early,) = await crowd(service, 1, first=2)
    people = [early, late, neighbour]
    assert [subject_of(sealed) is None for sealed in await phones(service, people)] == [True, False, False]
    for one in (early, late):
        await service.deps.subject_keys.destroy(one.person_id)
    install(service, "contact", "k2", "k1", "k2")
    done, said = await run(service, capsys, "reseal", "--class", "contact")
    assert (done, said["of_erased_people"]) == (0, {COLUMN: 2})
    assert [len(sealed) > 0 for sealed in await phones(service, people)] == [False, False, True]
    assert await opened(service, [neighbour]) == [neighbour.phone]
    with pytest.raises(SubjectErased):
        await service.deps.subject_keys.find(early.person_id)
    assert (await caller.get("/me")).status == 200
