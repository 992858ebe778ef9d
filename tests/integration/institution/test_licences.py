"""Licences that run out: institution and body are told once per stage; nobody is suspended by a clock (B15)."""

from datetime import timedelta

import pytest

from services.institution.scheduled.licences import remove_replaced_licences, tell_licences
from services.institution.storage import ending_licences
from services.institution.use_cases.institutions.tell_ending_licences import tell_ending_licences
from shared.contracts.institution import InstitutionChanged, LicenceEnding
from shared.reminding.running import Kind
from tests.integration.declaration.filing.paper import scan
from tests.integration.declaration.season import together
from tests.integration.institution.applying import JPEG
from tests.integration.institution.library import Hospital, Library
from tests.support.crossing_copies import take_keys_away, tell_crossing


async def licensed_until(library: Library, last_day: str) -> Hospital:
    """An active institution whose licence ends on a day; the clock stands on 15 December 2026."""
    hospital = await library.issued()
    await library.accept(hospital)
    profile = {**library.profile(), "licence_valid_to": last_day}
    saved = await hospital.owner.put(f"/institutions/{hospital.id}/profile", profile, version=2)
    assert saved.body["state"] == "active", saved.body
    return hospital


async def told(library: Library) -> list[tuple[str, str]]:
    """(name of the institution, stage) of all that was told."""
    return [(one.institution_name, one.stage) for one in await library.service.published(LicenceEnding)]


@pytest.mark.requirement("B15")
async def test_every_stage_of_an_ending_licence_is_told_once(library: Library) -> None:
    """Sixty days ahead and after the last day, once each however often the job runs; a far one is not told; none is
    suspended by it."""
    soon, far = await licensed_until(library, "2027-02-13"), await licensed_until(library, "2027-02-14")
    name = (await library.zone.get(f"/institutions/{soon.id}")).body["name"]
    for _ in range(3):
        await tell_licences(library.service.deps)
    assert await told(library) == [(name, "ending")]
    library.clock.advance(timedelta(days=60))
    await tell_licences(library.service.deps)
    assert (name, "ended") not in await told(library), "the last day is valid"
    library.clock.advance(timedelta(days=1))
    await tell_licences(library.service.deps)
    assert [stage for whose, stage in await told(library) if whose == name] == ["ending", "ended"]
    states = {one.institution_id: one.state for one in await library.service.published(InstitutionChanged)}
    assert states[soon.id] == states[far.id] == "active"


@pytest.mark.requirement("B15")
async def test_a_renewed_licence_is_a_new_matter(library: Library) -> None:
    """After the owner saved a later last day, nothing is told until that one comes near."""
    hospital = await licensed_until(library, "2027-01-01")
    await tell_licences(library.service.deps)
    profile = {**library.profile(), "licence_valid_to": "2031-12-31"}
    assert (await hospital.owner.put(f"/institutions/{hospital.id}/profile", profile, version=3)).status == 200
    library.clock.advance(timedelta(days=30))
    await tell_licences(library.service.deps)
    assert [stage for _, stage in await told(library)] == ["ending"]


async def test_a_replaced_picture_goes_after_a_day(library: Library) -> None:
    """The owner replaces the picture: the old object and its row are gone a day later, the new one stays."""
    hospital = await library.hospital()
    path, keys = f"/institutions/{hospital.id}/licence-image", "SELECT object_key FROM licence_image ORDER BY id"
    for _ in range(2):
        assert (await hospital.owner.call("PUT", path, data=scan(), headers=JPEG)).status == 200
        library.clock.advance(timedelta(seconds=1))
    async with library.service.database.read() as reader:
        old, new = [row["object_key"] for row in await reader.fetch(keys)]
    await remove_replaced_licences(library.service.deps)
    assert await library.service.bucket.exists(old)
    library.clock.advance(timedelta(days=1, minutes=1))
    await remove_replaced_licences(library.service.deps)
    async with library.service.database.read() as reader:
        assert [row["object_key"] for row in await reader.fetch(keys)] == [new]
    assert await library.service.bucket.exists(new)
    assert not await library.service.bucket.exists(old)


@pytest.mark.requirement("B15")
async def test_any_number_of_copies_tell_once(library: Library) -> None:
    """Six runs at once: one event per licence."""
    for _ in range(3):
        await licensed_until(library, "2027-01-01")
    await together(*(tell_licences(library.service.deps) for _ in range(6)))
    assert [stage for _, stage in await told(library)] == ["ending"] * 3


@pytest.mark.parametrize(("keys", "times"), [(True, 1), (False, 2)])
async def test_the_key_keeps_two_copies_from_telling_twice(
    library: Library, monkeypatch: pytest.MonkeyPatch, keys: bool, times: int
) -> None:
    """Two copies whose looks cross: once; the control, with the key off: twice."""
    await licensed_until(library, "2027-01-01")
    if not keys:
        take_keys_away(monkeypatch)
    kind = Kind(ending_licences.KIND, (60,), ending_licences.lock_due, tell_ending_licences)
    await tell_crossing(library.service.database, library.clock, kind)
    assert len(await told(library)) == times


async def test_a_rest_over_the_last_day_tells_the_end_alone(library: Library) -> None:
    """The scheduler was down from before the first step until a year after the end."""
    await licensed_until(library, "2027-02-14")
    library.clock.advance(timedelta(days=426))
    await tell_licences(library.service.deps)
    assert [stage for _, stage in await told(library)] == ["ended"]
