"""Identity with accounts of every role that were invited, accepted and activated as people do it, since identity looks
its callers up; and a person who waits for a reviewer."""

from shared.ids import new_id
from tests.integration.authorisation.matrix import INSIDE, OUTSIDE, Layout, Who
from tests.integration.identity.cards import with_photos
from tests.integration.identity.offices import Holder, Offices
from tests.integration.identity.passkeys import registered
from tests.integration.identity.people import candidate, phone_number, resident_number, with_token
from tests.integration.identity.proofs import choose_with_proofs
from tests.support.service_under_test import Caller, Serve

SHEET = "姓名,手机号,角色\n司徒办事,13911113333,业务管理员\n"
_CANARIES = ("staff_id", "passkey_id", "transfer_id", "session_id", "client_id", "sheet_id", "export_id")
PASSPORT = {
    "name": "Ada Fictional",
    "document_no": "E1234567",
    "document_type": "passport",
    "country": "GBR",
    "valid_to": "2034-05-31",
}
LOST = {"name": "上官虚构", "document_no": resident_number(1), "document_type": "resident_id"}


async def identity_layout(serve: Serve) -> Layout:
    """Two zones that know nothing of each other, each with a site, a point, an institution and all their staff."""
    offices = await Offices.open(serve, VERIFICATION__HOSTS_EXEMPT_PROOFS="true")
    callers: dict[Who, Caller] = {("anonymous", OUTSIDE): offices.service.anonymous()}
    zones = {INSIDE: (offices.zone, offices.site, offices.point), OUTSIDE: (new_id(), new_id(), new_id())}
    holders: dict[Who, Holder] = {}
    for place, (zone, site, point) in zones.items():
        await offices.body_is(zone, "zone", [zone])
        await offices.body_is(site, "site", [zone, site])
        await offices.body_is(point, "point", [zone, site, point])
        unit = await offices.institution(zone, site, point)
        for role, scope in (("zone_admin", zone), ("site_admin", site), ("point_admin", point)):
            holders[role, place] = await offices.holder(role, scope)
        holders["institution_owner", place] = owner = await offices.holder("institution_owner", unit)
        above = holders["zone_admin", place]
        for role in ("identity_reviewer", "auditor"):
            holders[role, place] = await offices.invited(above, role, zone)
        holders["institution_business_admin", place] = await offices.invited(owner, "institution_business_admin", unit)
    callers |= {who: holder.api for who, holder in holders.items()}
    callers["candidate", INSIDE] = person = await with_photos(offices.service, phone_number(1))
    callers["candidate", OUTSIDE] = await candidate(offices.service, phone_number(2))
    callers["national_network_client", OUTSIDE], client_id = await _client(offices, holders["zone_admin", INSIDE])
    assert (await person.post("/verification/manual", PASSPORT)).status == 202
    await choose_with_proofs(person, offices.site)
    admin, owner = holders["institution_business_admin", INSIDE], holders["institution_owner", INSIDE]
    proposal = {"name": "司徒办事", "phone": admin.phone}
    transfer = await owner.api.post("/ownership-transfers", proposal)
    assert transfer.status == 201, transfer.body
    _, passkey = await registered(offices.service, owner)
    sheet = await owner.api.call("POST", "/staff-sheets", data=SHEET.encode(), headers={"Content-Type": "text/csv"})
    assert sheet.status == 201, sheet.body
    claimant = await with_photos(offices.service, phone_number(3))
    claimed = await claimant.post("/me/account-claims", LOST)
    assert claimed.status == 202, claimed.body
    export = await person.post("/me/exports")
    assert export.status == 202, export.body
    ids = {
        "request_id": claimed.body["request_id"],
        "export_id": export.body["export_id"],
        "credential_id": (await person.get("/me/credentials")).body["items"][0]["credential_id"],
        "sheet_id": sheet.body["sheet_id"],
        "passkey_id": passkey["passkey_id"],
        "staff_id": admin.staff_id,
        "transfer_id": transfer.body["transfer_id"],
        "session_id": (await person.get("/sessions")).body["items"][0]["session_id"],
        "person_id": (await person.get("/me")).body["person_id"],
        "side": "front",
        "proof": "education",
        "client_id": client_id,
    }
    return Layout(
        offices.service,
        callers,
        ids,
        frozenset(ids[one] for one in _CANARIES),
        bodies={
            "post_verification_rejection": {"reason_code": "image_unclear"},
            "post_merge_rejection": {"reason_code": "identity_not_shown"},
            "post_person_revocation": {"reason_code": "fraud"},
            "post_person_search": {"name": "上官虚构"},
            "post_revelation": {"fields": ["phone"], "reason": "complaint"},
        },
        queries={"get_exempt_proof": f"?until=1&seal={'0' * 64}"},
        # The copy is made by the worker, which does not run here; no WeChat is set up.
        excused=frozenset({"get_own_data_file", "post_wechat_session"}),
        # Whose choice is taken back has no proofs to look at any more.
        spare={
            "post_exempt_channel_withdrawal": {
                ("candidate", INSIDE): await candidate(offices.service, phone_number(6)),
            },
            "post_account_closure": {
                ("candidate", INSIDE): await candidate(offices.service, phone_number(4)),
                ("candidate", OUTSIDE): await candidate(offices.service, phone_number(5)),
            },
        },
    )


async def _client(offices: Offices, zone: Holder) -> tuple[Caller, str]:
    made = await zone.api.post("/machine-clients", {"name": "国网接口", "role": "national_network_client"})
    assert made.status == 201, made.body
    opened = await offices.service.anonymous().post("/client-sessions", made.body)
    return with_token(offices.service, opened.body), made.body["client_id"]
