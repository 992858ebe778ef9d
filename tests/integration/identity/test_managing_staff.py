"""What superiors do with the accounts below them, and that nobody reaches further than his own jurisdiction (4.8)."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.identity.jobs import archive_staff
from shared.contracts.identity_staff import StaffChanged, StaffInvited
from shared.ids import new_id
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.integration.identity.people import PASSWORD, accept, invitation_secret, request_staff
from tests.support.service_under_test import Serve


async def audited(offices: Offices, action: str) -> int:
    """How many entries of the audit trail tell of an action."""
    async with offices.service.database.read() as reader:
        found: int = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = $1", action)
    return found


async def state_of(offices: Offices, holder: Holder) -> str:
    """The last published state of an account."""
    events = await offices.service.published(StaffChanged)
    return next(str(event.state) for event in reversed(events) if str(event.staff_id) == holder.staff_id)


async def moves_of(offices: Offices, holder: Holder) -> list[str]:
    """The steps of an account's life that were published, for its holder to be told of."""
    events = await offices.service.published(StaffChanged)
    return [str(event.move) for event in events if str(event.staff_id) == holder.staff_id and event.move]


@pytest.mark.requirement("B4", "B5", "V12", "V24")
async def test_accounts_are_invited_below_and_inside_only(serve: Serve) -> None:
    """A site invites for the points and institutions of its subtree; another site's nodes, an unknown node and a role
    that does not fit the node are all refused alike."""
    offices = await Offices.open(serve)
    inside = await offices.institution(offices.zone, offices.site, offices.point)
    outside = await offices.institution(offices.zone, offices.other_site)
    site = await offices.holder("site_admin", offices.site)
    for role, scope in (("point_admin", offices.point), ("institution_owner", inside)):
        assert (await offices.invite(site, role, scope, offices.phone())).status == 201
    for role, scope in (
        ("institution_owner", outside),
        ("institution_owner", new_id()),
        ("institution_owner", offices.point),
        ("point_admin", offices.site),
        ("site_admin", offices.site),
        ("auditor", offices.site),
    ):
        refused = await offices.invite(site, role, scope, offices.phone())
        assert (refused.status, refused.code) == (403, "beyond_own_rights"), (role, scope)


@pytest.mark.requirement("B5", "V24", "V55")
async def test_superiors_list_find_and_open_the_accounts_below_them(serve: Serve) -> None:
    """The zone sees all, a site its subtree, an owner his business admins; filters, pages and the search by name and
    phone agree; an account outside answers 404."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    zone = await offices.holder("zone_admin", offices.zone)
    site = await offices.holder("site_admin", offices.site)
    other = await offices.holder("site_admin", offices.other_site)
    owner = await offices.holder("institution_owner", unit)
    admin = await offices.invited(owner, "institution_business_admin", unit)

    async def listed(by: Holder, query: str = "") -> set[str]:
        answer = await by.api.get(f"/staff-accounts{query}")
        assert answer.status == 200, answer.body
        return {item["staff_id"] for item in answer.body["items"]}

    assert await listed(zone) == {one.staff_id for one in (site, other, owner, admin)}
    assert await listed(site) == {owner.staff_id, admin.staff_id}
    assert await listed(other) == set()
    assert await listed(owner) == {admin.staff_id}
    assert await listed(zone, "?role=institution_owner") == {owner.staff_id}
    assert await listed(zone, f"?scope_id={unit}&state=active") == {owner.staff_id, admin.staff_id}
    first = (await zone.api.get("/staff-accounts?limit=3")).body
    second = (await zone.api.get(f"/staff-accounts?limit=3&cursor={first['next_cursor']}")).body
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (3, 1, None)
    assert owner.phone not in str(first)
    for body, found in (({"phone": admin.phone}, {admin.staff_id}), ({"name": "司徒办事"}, {admin.staff_id})):
        answer = await site.api.post("/staff-accounts/search", body)
        assert {item["staff_id"] for item in answer.body["items"]} == found
        assert (await other.api.post("/staff-accounts/search", body)).body["items"] == []
    assert (await offices.seen(site, owner))["state"] == "active"
    for stranger, whom in ((other, owner), (owner, site), (owner, owner)):
        assert (await stranger.api.get(f"/staff-accounts/{whom.staff_id}")).status == 404
    assert (await admin.api.get("/staff-accounts")).status == 403


@pytest.mark.requirement("V25", "B6")
async def test_a_disabled_account_is_out_at_once_and_archived_later(serve: Serve) -> None:
    """Its sessions end, its login is refused, the others hear of it; after the set days it is archived, never gone."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    admin = await offices.invited(owner, "institution_business_admin", unit)
    stale = await owner.api.post(f"/staff-accounts/{admin.staff_id}/disablement", REASON, version=1)
    assert (stale.status, stale.code) == (409, "stale_version")
    done = await offices.step(owner, admin, "disablement", REASON)
    assert (done.status, done.body["state"]) == (200, "disabled")
    kept = {"refresh_token": admin.tokens["refresh_token"]}
    assert (await offices.service.anonymous().post("/sessions/refresh", kept)).status == 401
    assert (await offices.log_in(admin)).code == "staff_login_refused"
    assert await state_of(offices, admin) == "disabled"
    again = await offices.step(owner, admin, "disablement", REASON)
    assert (again.status, again.code) == (409, "staff_move_not_allowed")
    offices.service.clock.advance(timedelta(days=179))
    await archive_staff(offices.service.deps)
    assert await state_of(offices, admin) == "disabled"
    offices.service.clock.advance(timedelta(days=2))
    await archive_staff(offices.service.deps)
    assert await state_of(offices, admin) == "archived"
    assert await moves_of(offices, admin) == ["activate", "disable", "archive"]
    assert (await audited(offices, "staff.disable"), await audited(offices, "staff.archive")) == (1, 1)
    async with offices.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM staff_account") == 2


@pytest.mark.requirement("V7", "V25")
async def test_a_superior_unlocks_before_the_time_is_over(serve: Serve) -> None:
    """Five failures lock; the owner unlocks; the right factors work at once."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    admin = await offices.invited(owner, "institution_business_admin", unit)
    assert (await offices.step(owner, admin, "unlocking")).code == "staff_move_not_allowed"
    wrong = {"phone": admin.phone, "password": PASSWORD, "totp": "000000"}
    for _ in range(5):
        await offices.service.anonymous().post("/staff-sessions", wrong)
    assert (await state_of(offices, admin), (await offices.log_in(admin)).status) == ("locked", 429)
    assert (await offices.step(owner, admin, "unlocking")).body["state"] == "active"
    assert await moves_of(offices, admin) == ["activate", "lock", "unlock"]
    assert (await offices.log_in(admin)).status == 201


@pytest.mark.requirement("V11", "V12")
async def test_a_lost_second_factor_is_reset_from_above(serve: Serve) -> None:
    """Old factors and sessions are void at once, the holder is told by SMS, and works again with new factors only."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    admin = await offices.invited(owner, "institution_business_admin", unit)
    invited = len(await offices.service.published(StaffInvited))
    reset = await offices.step(owner, admin, "second-factor-reset", {"reason": "手机遗失"})
    assert (reset.status, reset.body["state"], reset.body["awaits_holder"]) == (200, "locked", True)
    assert len(await offices.service.published(StaffInvited)) == invited + 1
    kept = {"refresh_token": admin.tokens["refresh_token"]}
    assert (await offices.service.anonymous().post("/sessions/refresh", kept)).status == 401
    assert (await offices.log_in(admin)).status == 401
    assert (await offices.step(owner, admin, "unlocking")).code == "second_factor_missing"
    back = await offices.enters(admin.phone)
    assert (back.staff_id, await state_of(offices, back)) == (admin.staff_id, "active")
    assert back.totp_secret != admin.totp_secret
    assert (await offices.log_in(admin)).status == 401, "the old device is worth nothing"
    assert (await offices.log_in(back)).status == 201
    assert await audited(offices, "staff.reset") == 1
    assert await moves_of(offices, admin) == ["activate", "reset", "unlock"]


@pytest.mark.requirement("V12")
async def test_an_invitation_can_be_renewed_for_seven_days(serve: Serve) -> None:
    """Each secret lives 72 h at most and dies with the seventh day; after that only a new invitation helps."""
    offices = await Offices.open(serve)
    clock = offices.service.clock
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    phone = offices.phone()
    began = clock.now()
    made = (await offices.invite(owner, "institution_business_admin", unit, phone)).body
    old = await invitation_secret(offices.service)
    waiting = Holder(made["staff_id"], unit, phone, "", None, owner.api)
    clock.advance(timedelta(days=6))
    owner = await offices.again(owner)
    assert (await accept(offices.service, old, phone)).code == "invitation_refused"
    renewed = await offices.step(owner, waiting, "invitation")
    assert renewed.status == 200, renewed.body
    last = (await offices.service.published(StaffInvited))[-1]
    assert last.expires_at == began + timedelta(days=7)
    clock.advance(timedelta(days=1))
    owner = await offices.again(owner)
    assert (await accept(offices.service, await invitation_secret(offices.service), phone)).status == 401
    assert (await offices.step(owner, waiting, "invitation")).code == "invitation_lapsed"
    anew = await offices.invite(owner, "institution_business_admin", unit, phone)
    assert (anew.status, anew.body["staff_id"]) == (201, waiting.staff_id)
    entered = await offices.enters(phone)
    assert (await offices.step(owner, entered, "invitation")).code == "nothing_to_accept"


@pytest.mark.requirement("B6", "V55")
async def test_the_owner_sees_the_logins_of_the_institution(serve: Serve) -> None:
    """Time, masked address, device and result of everybody there; nothing of other institutions, nothing for
    business admins."""
    offices = await Offices.open(serve)
    unit, other_unit = [await offices.institution(offices.zone, offices.site) for _ in range(2)]
    owner = await offices.holder("institution_owner", unit)
    stranger = await offices.holder("institution_owner", other_unit)
    admin = await offices.invited(owner, "institution_business_admin", unit)
    wrong = {"phone": admin.phone, "password": PASSWORD, "totp": "000000"}
    await offices.service.anonymous().post("/staff-sessions", wrong)
    log = (await owner.api.get("/staff-logins")).body["items"]
    assert [(one["staff_id"], one["result"]) for one in log] == [
        (admin.staff_id, "refused"),
        (admin.staff_id, "opened"),
        (owner.staff_id, "opened"),
    ]
    assert {one["address_masked"] for one in log} == {"127.0.*.*"}
    assert all(one["client"] and one["at"] and one["name_masked"] for one in log)
    one_page = (await owner.api.get("/staff-logins?result=opened&limit=1")).body
    rest = (await owner.api.get(f"/staff-logins?result=opened&cursor={one_page['next_cursor']}")).body
    assert [len(page["items"]) for page in (one_page, rest)] == [1, 1]
    assert [one["staff_id"] for one in (await stranger.api.get("/staff-logins")).body["items"]] == [stranger.staff_id]
    assert len((await offices.seen(owner, admin))["logins"]) == 2
    assert (await admin.api.get("/staff-logins")).status == 403


@pytest.mark.requirement("B4", "B5")
async def test_requests_from_outside_the_jurisdiction_are_refused(serve: Serve) -> None:
    """An event that asks for an account of another site's institution is refused, and one for a node not heard of yet
    comes again."""
    offices = await Offices.open(serve)
    outside = await offices.institution(offices.zone, offices.other_site)
    site = await offices.holder("site_admin", offices.site)

    async def ask(scope: UUID) -> str:
        try:
            await request_staff(
                offices.service, "institution_owner", offices.phone(), scope_id=scope, requested_by=UUID(site.staff_id)
            )
        except Exception as error:  # the code is what is looked at
            return str(getattr(error, "code", error))
        return "done"

    assert await ask(outside) == "beyond_own_rights"
    assert await ask(new_id()) == "scope_not_known_yet"
    assert await ask(await offices.institution(offices.zone, offices.site)) == "done"


@pytest.mark.requirement("V24", "V22")
async def test_no_step_reaches_an_account_outside_the_jurisdiction(serve: Serve) -> None:
    """Each step at an account of another site answers 404 and changes nothing."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    owner = await offices.holder("institution_owner", unit)
    other = await offices.holder("site_admin", offices.other_site)
    before = len(await offices.service.published(StaffChanged))
    for step, body in (
        ("disablement", REASON),
        ("unlocking", None),
        ("second-factor-reset", REASON),
        ("invitation", None),
    ):
        assert (await offices.step(other, owner, step, body)).status == 404, step
    assert len(await offices.service.published(StaffChanged)) == before
    assert (await offices.log_in(owner)).status == 201
