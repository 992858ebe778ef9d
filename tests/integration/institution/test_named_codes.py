"""Several confirmation codes of an institution: for whom each is, how far it goes, who used it (A20, A21, 4.3, P3)."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from services.institution.storage import confirmation_codes
from shared.postgres.transaction import Transaction
from tests.integration.institution.conftest import MakeLibrary
from tests.integration.institution.library import Hospital, Library


async def named(library: Library, hospital: Hospital, **terms: Any) -> dict[str, Any]:
    """Another code of the hospital."""
    content = {"name": f"虚构{library.number()}", **terms}
    answer = await hospital.business_admin.post(f"/institutions/{hospital.id}/confirmation-codes", content)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.body
    return made


async def bind(library: Library, hospital: Hospital, code: str, name_masked: str = "张*三", **stated: Any) -> Any:
    """A fresh person binds with a code."""
    _, person = await library.person(name_masked)
    return await person.post("/bindings", await library.entry(hospital, code) | stated)


@pytest.mark.requirement("A20", "A21", "P3")
async def test_a_code_is_for_a_department_and_the_preview_says_so(library: Library) -> None:
    """Main and named codes lead to the same unit; the confirm page names level, area, licence and, for a named one,
    department and cohort, and nothing is bound by looking."""
    hospital = await library.hospital()
    made = await named(library, hospital, department="内科", cohort="2026届")
    _, person = await library.person()
    seen = (await person.post("/binding-previews", await library.entry(hospital, made["code"]))).body
    assert (seen["department"], seen["cohort"], seen["grade"], seen["division_name"]) == (
        "内科",
        "2026届",
        "3A",
        "江岸区",
    )
    assert seen["registration_no"].startswith("PDY")
    plain = (await person.post("/binding-previews", await library.entry(hospital))).body
    assert (plain["department"], plain["cohort"], plain["institution_id"]) == (None, None, str(hospital.id))
    assert (await person.get("/bindings/current")).body["binding"] is None
    assert (seen["cohort_year"], plain["cohort_year"]) == (2026, None)
    stated = {"department": seen["department"], "cohort_year": seen["cohort_year"]}
    lower = await library.entry(hospital, made["code"].lower())
    assert (await person.post("/bindings", lower | stated)).status == 201


@pytest.mark.requirement("A20", "A21")
async def test_a_code_for_some_does_not_bind_others(library: Library) -> None:
    """Who binds with a code for a department and a cohort states both; who names others, or nothing, is told for whom
    the code is and what to do, and is not bound; a wrong statement is no wrong code."""
    hospital = await library.hospital()
    code = (await named(library, hospital, department="内科", cohort="2026届"))["code"]
    silent = await bind(library, hospital, code)
    assert (silent.status, silent.code) == (422, "code_audience_not_stated")
    assert [one["pointer"] for one in silent.body["errors"]] == ["/department", "/cohort_year"]
    for other in ({"department": "外科", "cohort_year": 2026}, {"department": "内科", "cohort_year": 2025}):
        _, person = await library.person()
        entry = await library.entry(hospital, code)
        refused = await person.post("/bindings", entry | other)
        assert (refused.status, refused.code) == (409, "code_for_others")
        assert "内科 2026届" in refused.body["title"]
        assert (await person.get("/bindings/current")).body["binding"] is None
        right = await person.post("/bindings", entry | {"department": "内科", "cohort_year": 2026})
        assert (right.body["department"], right.body["cohort_year"]) == ("内科", 2026)
    async with library.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM code_attempt WHERE outcome = 'wrong'") == 0


@pytest.mark.requirement("A25")
async def test_a_change_to_a_code_for_others_changes_nothing(library: Library) -> None:
    """The old binding stays whole when the new unit's code is for another cohort; with the right one the person moves,
    and the new unit sees what was stated."""
    old, new = await library.hospital(), await library.hospital()
    code = (await named(library, new, cohort="2027级"))["code"]
    _, person, before = await library.bound(old)
    entry = await library.entry(new, code)
    assert (await person.post("/bindings/change", entry | {"cohort_year": 2026})).code == "code_for_others"
    assert (await person.get("/bindings/current")).body["binding"]["id"] == before["id"]
    assert (await person.post("/bindings/change", entry | {"cohort_year": 2027})).status == 201
    (seen,) = (await new.business_admin.get(f"/institutions/{new.id}/people")).body["items"]
    assert (seen["department"], seen["cohort_year"]) == (None, 2027)


@pytest.mark.requirement("A21")
async def test_what_a_code_may_be_for(library: Library) -> None:
    """Only departments of the profile, one code in force per name, no expiry in the past."""
    hospital = await library.hospital()
    path = f"/institutions/{hospital.id}/confirmation-codes"
    assert (await hospital.owner.post(path, {"name": "一", "department": "牙科"})).code == "department_unknown"
    past = (library.clock.now() - timedelta(days=1)).isoformat()
    assert (await hospital.owner.post(path, {"name": "一", "expires_at": past})).code == "expiry_in_past"
    assert (await hospital.owner.post(path, {"name": "一", "quota": 0})).status == 422
    for cohort in ("应届", "2026至2027", "26届"):
        assert (await hospital.owner.post(path, {"name": "一", "cohort": cohort})).status == 422
    made = (await hospital.owner.post(path, {"name": "一"})).body
    assert (await hospital.owner.post(path, {"name": "一"})).code == "confirmation_code_name_taken"
    assert (await hospital.owner.post(f"{path}/{made['id']}/withdrawal")).status == 200
    assert (await hospital.owner.post(path, {"name": "一"})).status == 201


@pytest.mark.requirement("A21")
async def test_only_own_staff_see_make_and_withdraw_codes(library: Library) -> None:
    """Another unit's staff finds nothing, exam bodies and candidates may not; each look is recorded."""
    hospital, other = await library.hospital(), await library.hospital()
    made = await named(library, hospital)
    path = f"/institutions/{hospital.id}/confirmation-codes/{made['id']}"
    assert (await hospital.owner.get(path)).body["code"] == made["code"]
    assert (await other.owner.get(path)).status == 404
    assert (await other.owner.get(f"/institutions/{other.id}/confirmation-codes/{made['id']}")).status == 404
    assert (await library.zone.get(path)).status == 403
    assert made["code"] not in str((await hospital.owner.get(f"/institutions/{hospital.id}/confirmation-codes")).body)
    async with library.service.database.read() as reader:
        looks = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'confirmation_code.show'")
    assert looks == 1


@pytest.mark.requirement("A21")
async def test_rotating_and_withdrawing_end_no_binding(library: Library) -> None:
    """A rotated code keeps what it is for; the old one and a withdrawn one are wrong; the main one stays."""
    hospital = await library.hospital()
    made = await named(library, hospital, department="外科", quota=5)
    path = f"/institutions/{hospital.id}/confirmation-codes"
    bound = await bind(library, hospital, made["code"], department="外科")
    fresh = (await hospital.owner.post(f"{path}/{made['id']}/rotation", {})).body
    assert (fresh["department"], fresh["quota"], fresh["name"]) == ("外科", 5, made["name"])
    assert (await bind(library, hospital, made["code"])).code == "confirmation_code_wrong"
    assert (await hospital.owner.post(f"{path}/{made['id']}/rotation", {})).code == "confirmation_code_not_in_force"
    assert (await bind(library, hospital, fresh["code"], department="外科")).status == 201
    assert (await hospital.owner.post(f"{path}/{fresh['id']}/withdrawal")).status == 200
    assert (await bind(library, hospital, fresh["code"])).code == "confirmation_code_wrong"
    people = (await hospital.owner.get(f"/institutions/{hospital.id}/people")).body["items"]
    assert bound.body["id"] in {one["binding_id"] for one in people}
    assert len(people) == 2
    lines = (await hospital.owner.get(f"{path}?in_force=true")).body["items"]
    (main,) = [one for one in lines if one["name"] == ""]
    assert len(lines) == 1
    assert (await hospital.owner.post(f"{path}/{main['id']}/withdrawal")).code == "main_code_stays"


@pytest.mark.requirement("A21")
async def test_who_used_a_code_is_listed_masked_and_paged(library: Library) -> None:
    """Last first, of this code alone, with the state of the binding; the list of codes counts them."""
    hospital = await library.hospital()
    made = await named(library, hospital)
    for name in ("张*一", "李*二", "王*三"):
        assert (await bind(library, hospital, made["code"], name)).status == 201
    await library.bound(hospital)
    path = f"/institutions/{hospital.id}/confirmation-codes"
    first = (await hospital.business_admin.get(f"{path}/{made['id']}/uses?limit=2")).body
    assert [one["name_masked"] for one in first["items"]] == ["王*三", "李*二"]
    rest = (await hospital.business_admin.get(f"{path}/{made['id']}/uses?cursor={first['next_cursor']}")).body
    assert [(one["name_masked"], one["state"]) for one in rest["items"]] == [("张*一", "active")]
    used = {one["name"]: one["used"] for one in (await hospital.owner.get(path)).body["items"]}
    assert used == {made["name"]: 3, "": 1}


async def many_at_once(library: Library) -> Counter[str]:
    """Eight people use a code for three at the same moment; how each was answered."""
    hospital = await library.hospital()
    made = await named(library, hospital, quota=3)
    entry = await library.entry(hospital, made["code"])
    people = [(await library.person())[1] for _ in range(8)]
    answers = await asyncio.gather(*(person.post("/bindings", entry) for person in people))
    assert {answer.status for answer in answers} <= {201, 409}
    late = await bind(library, hospital, made["code"])
    assert late.code == "confirmation_code_used_up"
    return Counter(answer.code for answer in answers)


@pytest.mark.requirement("A20", "A21")
async def test_a_quota_is_exact_when_many_bind_at_once(library: Library) -> None:
    """Exactly as many bind as the code is for; the others are told where to turn."""
    assert await many_at_once(library) == {"": 3, "confirmation_code_used_up": 5}


async def test_without_taking_turns_the_quota_breaks(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: where those who bind do not take turns at the code, more bind than it is for."""
    gate = asyncio.Barrier(8)

    async def unlocked(_tx: Transaction, _code_id: object) -> int:
        return 3

    real = confirmation_codes.count_uses

    async def all_at_once(reader: Transaction, code_id: Any) -> int:
        used = await real(reader, code_id)
        if used < 3:
            await asyncio.wait_for(gate.wait(), 20)
        return used

    monkeypatch.setattr(confirmation_codes, "lock_quota", unlocked)
    monkeypatch.setattr(confirmation_codes, "count_uses", all_at_once)
    assert (await many_at_once(library))[""] > 3


async def test_codes_in_force_are_limited_by_a_setting(make_library: MakeLibrary) -> None:
    """With room for two, the main code and one more; after a withdrawal there is room again."""
    library = await make_library(CONFIRMATION_CODE__IN_FORCE_PER_INSTITUTION="2")
    hospital = await library.hospital()
    made = await named(library, hospital)
    path = f"/institutions/{hospital.id}/confirmation-codes"
    assert (await hospital.owner.post(path, {"name": "多余"})).code == "too_many_confirmation_codes"
    assert (await hospital.owner.post(f"{path}/{made['id']}/withdrawal")).status == 200
    assert (await hospital.owner.post(path, {"name": "多余"})).status == 201
