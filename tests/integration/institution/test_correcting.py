"""An exam body corrects what it keeps of an institution; whoever knows the old name still finds it (P3, A31)."""

from typing import Any

import pytest

from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller

WRONG_CHECK = "91350100M000100Y44"


async def corrected(by: Caller, hospital: Hospital, version: int, **fields: Any) -> Answer:
    """Ask for a correction."""
    body = {"reason": "核对许可证后更正", **fields}
    return await by.post(f"/institutions/{hospital.id}/correction", body, version=version)


@pytest.mark.requirement("A31")
async def test_a_renamed_institution_is_found_by_all_its_names(library: Library) -> None:
    """The new name is exact, the old one is a former name, an alias is found too, and the why is recorded."""
    hospital = await library.hospital(name="虚构旧名医院")
    done = await corrected(library.zone, hospital, 3, name="虚构新名医院", aliases=["虚构职工医院"])
    assert (done.status, done.body["version"]) == (200, 4)
    searcher = library.service.caller("candidate")
    for text, met in (("新名", "虚构新名医院"), ("旧名", "虚构旧名医院"), ("职工", "虚构职工医院")):
        (found,) = (await searcher.get(f"/institution-search?q={text}")).body["items"]
        assert (found["name"], found["matched"]["name"]) == ("虚构新名医院", met)
    assert (await library.zone.get(f"/institutions/{hospital.id}")).body["former_names"] == ["虚构旧名医院"]
    async with library.service.database.read() as reader:
        entry = await reader.fetchval("SELECT entry FROM audit_entry WHERE action = 'institution.correct_registration'")
    assert "核对许可证后更正" in entry


@pytest.mark.requirement("B7")
async def test_a_correction_keeps_the_rules_of_names_and_numbers(library: Library) -> None:
    """A taken name, a wrong number, an unexplained override and an unknown parent are refused; an explained override
    stands; a village clinic gets its township centre as parent."""
    centre = await library.hospital(name="虚构镇卫生院", institution_type="township_health_centre")
    clinic = await library.hospital(name="虚构村卫生室", institution_type="village_clinic")
    assert (await corrected(library.zone, clinic, 3, name="虚构镇卫生院")).code == "institution_name_taken"
    assert (await corrected(library.zone, clinic, 3, credit_code=WRONG_CHECK)).code == "profile_wrong"
    unexplained = await corrected(library.zone, clinic, 3, credit_code=WRONG_CHECK, accept_unchecked_credit_code=True)
    assert unexplained.code == "override_unexplained"
    own = await corrected(library.zone, clinic, 3, parent_institution_id=str(clinic.id))
    assert own.code == "parent_institution_unknown"
    done = await corrected(
        library.zone,
        clinic,
        3,
        credit_code=WRONG_CHECK,
        accept_unchecked_credit_code=True,
        credit_code_reason="已核对原件",
        parent_institution_id=str(centre.id),
    )
    assert done.status == 200, done.body
    async with library.service.database.read() as reader:
        row = await reader.fetchrow("SELECT * FROM institution WHERE id = $1", clinic.id)
    assert row is not None
    assert (row["parent_institution_id"], row["credit_code"]) == (centre.id, WRONG_CHECK)
    assert row["credit_code_override_by"] is not None
