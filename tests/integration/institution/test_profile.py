"""Activation and profile over HTTP and events (B6, B9, C1, 4.2)."""

import pytest

from shared.contracts.institution import InstitutionChanged
from tests.integration.institution.library import Library


async def state_of(library: Library, institution_id: object) -> str:
    """The institution's state as the zone sees it."""
    return str((await library.zone.get(f"/institutions/{institution_id}")).body["state"])


@pytest.mark.requirement("B6", "C1")
async def test_the_owner_activates_by_accepting_the_responsibility(library: Library) -> None:
    """An invitation changes nothing; acceptance moves the institution on, once, and its time is kept."""
    hospital = await library.issued()
    await library.service.deliver(library.staff_changed(hospital, version=1, state="invited"))
    assert await state_of(library, hospital.id) == "issued"
    await library.accept(hospital)
    await library.accept(hospital, version=3)
    detail = (await library.zone.get(f"/institutions/{hospital.id}")).body
    assert (detail["state"], detail["version"], detail["owner_active"]) == ("profile_incomplete", 2, True)
    assert detail["responsibility_accepted_at"] == library.clock.now().isoformat()
    await library.service.deliver(library.staff_changed(hospital, version=4, state="disabled"))
    assert (await library.zone.get(f"/institutions/{hospital.id}")).body["owner_active"] is False


async def test_late_news_do_not_overwrite_newer_ones(library: Library) -> None:
    """An older snapshot of an account that arrives late is not believed."""
    hospital = await library.issued()
    await library.service.deliver(library.staff_changed(hospital, version=5, state="disabled"))
    await library.accept(hospital, version=2)
    detail = (await library.zone.get(f"/institutions/{hospital.id}")).body
    assert detail["owner_active"] is False
    assert detail["state"] == "profile_incomplete"


@pytest.mark.requirement("C1", "B9")
async def test_before_activation_the_profile_can_not_be_saved(library: Library) -> None:
    """An issued institution waits for its owner's acceptance first."""
    hospital = await library.issued()
    answer = await hospital.owner.put(f"/institutions/{hospital.id}/profile", library.profile(), version=1)
    assert (answer.status, answer.code) == (409, "institution_not_awaiting_profile")


@pytest.mark.requirement("B9")
async def test_an_incomplete_profile_is_saved_and_says_what_is_missing(library: Library) -> None:
    """A piece is kept, every missing field is named, and the institution stays inactive without a code."""
    hospital = await library.issued()
    await library.accept(hospital)
    path = f"/institutions/{hospital.id}"
    saved = await hospital.owner.put(f"{path}/profile", {"address": "湖北省武汉市虚构路1号"}, version=2)
    assert (saved.body["state"], saved.body["profile_complete"]) == ("profile_incomplete", False)
    missing = {problem["pointer"] for problem in saved.body["missing"]}
    assert missing == {
        "/legal_representative",
        "/probation_officer",
        "/probation_officer_phone",
        "/registration_no",
        "/licence_valid_from",
        "/licence_valid_to",
        "/grade",
        "/departments",
        "/physicians",
    }
    assert (await hospital.owner.get(f"{path}/confirmation-code")).code == "no_confirmation_code"
    read = (await hospital.business_admin.get(f"{path}/profile")).body
    assert read["profile"]["address"] == "湖北省武汉市虚构路1号"


@pytest.mark.requirement("B9")
async def test_a_complete_profile_activates(library: Library) -> None:
    """Complete, the institution is active in one version step, announced once, and has its code."""
    hospital = await library.hospital()
    changed = [e for e in await library.service.published(InstitutionChanged) if e.institution_id == hospital.id]
    assert [(e.aggregate_version, e.state, e.profile_complete) for e in changed] == [
        (1, "issued", False),
        (2, "profile_incomplete", False),
        (3, "active", True),
    ]
    assert len(await library.code_of(hospital)) == 8


async def test_a_stale_version_is_refused_with_the_current_one(library: Library) -> None:
    """Two people save the version they saw: the second learns what is current; without If-Match nothing is saved."""
    hospital = await library.issued()
    await library.accept(hospital)
    path = f"/institutions/{hospital.id}/profile"
    assert (await hospital.owner.put(path, library.profile(), version=2)).status == 200
    stale = await hospital.owner.put(path, library.profile(), version=2)
    assert (stale.status, stale.code) == (409, "stale_version")
    assert "3" in stale.body["title"]
    assert (await hospital.owner.put(path, library.profile())).status == 428


@pytest.mark.requirement("B9")
async def test_an_active_institution_keeps_its_required_fields(library: Library) -> None:
    """Emptying a required field of an active institution is refused; changing one is recorded with its time."""
    hospital = await library.hospital()
    path = f"/institutions/{hospital.id}/profile"
    emptied = await hospital.owner.put(path, {**library.profile(), "address": None}, version=3)
    assert (emptied.code, emptied.body["errors"][0]["pointer"]) == ("profile_incomplete", "/address")
    changed = await hospital.owner.put(path, {**library.profile(), "address": "湖北省武汉市虚构路2号"}, version=3)
    assert (changed.body["state"], changed.body["version"]) == ("active", 4)
    async with library.service.database.read() as reader:
        entry = await reader.fetchval(
            "SELECT entry FROM audit_entry WHERE subject_id = $1 AND action = 'institution.update_profile'", hospital.id
        )
    assert library.clock.now().isoformat() in entry


async def test_wrong_fields_are_all_named(library: Library) -> None:
    """Numbers and dates that break rules are refused together."""
    hospital = await library.issued()
    await library.accept(hospital)
    wrong = {"credit_code": "12345", "registration_no": "1", "licence_valid_from": "2030-01-01"}
    profile = {**library.profile(), **wrong, "licence_valid_to": "2029-12-31"}
    answer = await hospital.owner.put(f"/institutions/{hospital.id}/profile", profile, version=2)
    assert [e["pointer"] for e in answer.body["errors"]] == ["/credit_code", "/registration_no", "/licence_valid_to"]


async def test_only_the_own_owner_saves(library: Library) -> None:
    """A business admin may not, another owner finds nothing."""
    hospital, other = await library.hospital(), await library.hospital()
    path = f"/institutions/{hospital.id}/profile"
    assert (await hospital.business_admin.put(path, library.profile(), version=3)).status == 403
    assert (await other.owner.put(path, library.profile(), version=3)).status == 404
    assert (await other.owner.get(path)).status == 404


async def test_people_of_the_institution_rest_sealed(library: Library) -> None:
    """No column, event or audit entry holds the names or the phone in clear; the own staff reads them."""
    hospital = await library.hospital()
    async with library.service.database.read() as reader:
        rows = await reader.fetch("SELECT row_to_json(c)::text AS text FROM institution_contact c")
        events = await reader.fetch("SELECT convert_from(body, 'UTF8') AS text FROM outbox")
        audit = await reader.fetch("SELECT entry AS text FROM audit_entry")
    for row in (*rows, *events, *audit):
        for secret in ("甄法人", "贾试用", "027-87654321"):
            assert secret not in row["text"]
            assert secret.encode().hex() not in row["text"]
    read = (await hospital.owner.get(f"/institutions/{hospital.id}/profile")).body["profile"]
    assert (read["legal_representative"], read["probation_officer_phone"]) == ("甄法人", "027-87654321")
    assert (await library.zone.get(f"/institutions/{hospital.id}")).body["probation_officer_masked"] == "贾*用"
