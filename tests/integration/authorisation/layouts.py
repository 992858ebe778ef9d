"""One service each with something of a person and of an institution in it, seen by callers inside and outside."""

from collections.abc import Awaitable, Callable

from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonContactChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.authorisation.callers import minted, nodes
from tests.integration.authorisation.declaration_layout import declaration_layout
from tests.integration.authorisation.identity_layout import identity_layout
from tests.integration.authorisation.matrix import INSIDE, OUTSIDE, Layout
from tests.integration.declaration.filing.paper import scan
from tests.integration.institution.applying import JPEG, form, submitted
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.support.service_under_test import Serve

_OF_APPLICATIONS = (
    "get_own_application",
    "put_own_application",
    "put_own_licence_image",
    "post_own_application_submission",
    "get_application",
    "get_application_licence_image",
    "post_application_claim",
    "post_application_approval",
    "post_application_return",
    "post_application_rejection",
)


async def institution_layout(serve: Serve) -> Layout:
    """A hospital of a county with a supervisor, and a person bound to it."""
    clock = FrozenClock(NOON)
    library = await Library.open(await serve("institution", clock), clock)
    site = await library.body_id("site", library.zone_id, ["420100"])
    point = await library.body_id("point", site, ["420102"])
    hospital = await library.hospital(filing_body_id=str(point))
    person_id, _, binding = await library.bound(hospital)
    stranger_id, _ = await library.person()
    entry = {"name": "顾维安", "practising_certificate_no": "110420106000123", "category_code": "110"}
    supervisor = await hospital.owner.post(f"/institutions/{hospital.id}/supervisors", entry)
    assert supervisor.status == 201, supervisor.body
    applicant = await submitted(library, person_id=person_id)
    licence = await hospital.owner.call("PUT", f"/institutions/{hospital.id}/licence-image", data=scan(), headers=JPEG)
    assert licence.status == 200, licence.body
    named = await hospital.owner.post(f"/institutions/{hospital.id}/confirmation-codes", {"name": "虚构内科"})
    ids = {
        **{f"{operation}.institution_id": applicant.id for operation in _OF_APPLICATIONS},
        "code_id": str(named.body["id"]),
        "institution_id": str(hospital.id),
        "binding_id": str(binding["id"]),
        "supervisor_id": str(supervisor.body["supervisor"]["id"]),
        "exam_body_id": str(point),
        "export_id": str(new_id()),
        "division_code": "420102",
    }
    people = {INSIDE: person_id, OUTSIDE: stranger_id}
    callers = minted(library.service, people, nodes(library.zone_id, site, point, hospital.id))
    roster = f"/institutions/{hospital.id}/supervisor-imports"
    sheet = await callers["institution_owner", INSIDE].call("POST", roster, data="姓名,执业证书编码".encode())
    ids["import_id"] = str(sheet.body["id"])
    return Layout(
        library.service,
        callers,
        ids,
        frozenset(ids.values()) - {ids["division_code"]},
        bodies={
            "put_profile": library.profile(),
            "post_own_application": form(library),
            "put_own_application": form(library),
            "post_application_return": {"reason_code": "licence_unclear"},
            "post_application_rejection": {"reason_code": "not_lawful"},
            "post_institution_correction": {"reason": "核对证照后更正"},
            "post_institution_suspension": {"reason_code": "inquiry"},
            "post_institution_merger": {"reason_code": "merged", "successor_id": str(new_id())},
            "post_institution_closure": {"reason_code": "dissolved"},
            "post_institution_export": {"reason_code": "supervision"},
            "put_filing_body": {"filing_body_id": str(point), "reason": "行政区划调整"},
        },
        queries={
            "get_institution_search": "?q=%E8%99%9A%E6%9E%84",
            "get_institution_reasons": "?step=return",
            "get_supervised_institutions": "?standing=no_record",
            "get_probation_trend": "?cycle_year=2027",
        },
    )


async def notification_layout(serve: Serve) -> Layout:
    """A person with a message."""
    callbacks = {f"CALLBACKS__{one}__SECRET": "s" * 32 for one in ("ALIYUN", "TENCENT")}
    callbacks |= {f"CALLBACKS__{one}__SOURCES": '["127.0.0.0/8"]' for one in ("ALIYUN", "TENCENT")}
    service = await serve("notification", **callbacks)
    person, stranger, unit = new_id(), new_id(), new_id()
    place = f"{PersonContactChanged.TYPE}.phone:{person}"
    at = service.clock.now()
    await service.deliver(
        PersonContactChanged(
            occurred_at=at,
            aggregate_version=1,
            person_id=PersonId(person),
            phone=seal_for_event(service.keyring, "contact", place, "13900000001"),
        )
    )
    await service.deliver(
        DeclarationApproved(
            occurred_at=at,
            aggregate_version=1,
            declaration_id=DeclarationId(new_id()),
            person_id=PersonId(person),
            institution_id=InstitutionId(unit),
            institution_name="江岸区虚构医院",
            cycle_year=2027,
            number="D2027-000001",
        )
    )
    people = {INSIDE: person, OUTSIDE: stranger}
    callers = minted(service, people, nodes(new_id(), new_id(), new_id(), unit))
    (message,) = (await callers["candidate", INSIDE].get("/messages")).body["items"]
    async with service.database.read() as reader:
        delivery_id = await reader.fetchval("SELECT id FROM delivery")
    canaries = frozenset({str(message["id"]), str(delivery_id)})
    draft = await callers["zone_admin", INSIDE].post("/templates/approved/drafts", {})
    (rule,) = (await callers["zone_admin", INSIDE].get("/notification-rules?event=declaration.approved.v1")).body[
        "items"
    ]
    ids = {
        "message_id": str(message["id"]),
        "delivery_id": str(delivery_id),
        "template_key": "approved",
        "template_version": "1",
        "draft_id": str(draft.body["id"]),
        "rule_id": str(rule["id"]),
        "secret": "s" * 32,
    }
    recipient = f"?recipient_id={person}"
    queries = {"get_told_messages": recipient, "get_deliveries": recipient, "get_message_events": "?seconds=1"}
    return Layout(service, callers, ids, canaries, queries=queries)


MakeLayout = Callable[[Serve], Awaitable[Layout]]
LAYOUTS: dict[str, MakeLayout] = {
    "identity": identity_layout,
    "institution": institution_layout,
    "declaration": declaration_layout,
    "notification": notification_layout,
}
