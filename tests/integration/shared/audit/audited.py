"""A subject of every kind that a service's audit trail names, and the bodies whose auditors look for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from shared.audit.anchor_store import chain_id
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.institution import ExamBodyChanged
from shared.ids import PersonId, StaffId, new_id
from tests.integration.authorisation.declaration_layout import declaration_layout
from tests.integration.authorisation.identity_layout import identity_layout
from tests.integration.authorisation.layouts import institution_layout, notification_layout
from tests.integration.authorisation.matrix import INSIDE, Layout
from tests.support.notices import approved, reached
from tests.support.service_under_test import Serve, ServiceUnderTest

_PATH_IN_LIBRARY: Final = "SELECT path FROM exam_body WHERE id = $1"
_PATH_OF_UNIT: Final = "SELECT filing_body_path FROM known_institution WHERE institution_id = $1"
_PATH_OF_STAFF: Final = "SELECT k.path FROM known_scope k JOIN staff_account s USING (scope_id) WHERE s.staff_id = $1"
_UNIT_OF: Final = "SELECT institution_id FROM declaration WHERE id = $1"
_DELIVERY_TO: Final = "SELECT id FROM delivery WHERE recipient_id = $1"


@dataclass(frozen=True, slots=True)
class Audited:
    """`placed`: (kind, subject) that stand at the site; `of_zone`: those that stand nowhere below the zone. Of a kind
    there may be several."""

    service: ServiceUnderTest
    zone: UUID
    site: UUID
    neighbour: UUID
    placed: list[tuple[str, UUID]]
    of_zone: list[tuple[str, UUID]]


async def audited_institution(serve: Serve) -> Audited:
    """A library with a neighbouring site."""
    layout = await institution_layout(serve)
    zone, site, point = await _value(layout, _PATH_IN_LIBRARY, _id(layout, "exam_body_id"))
    admin = layout.callers["zone_admin", INSIDE]
    content = {"name": "虚构邻站", "level": "site", "parent_id": str(zone), "code": "T99", "division_codes": ["420500"]}
    who = {"name": "司徒办事", "phone": "13900000099"}
    neighbour = await admin.post("/exam-bodies", content | {"admin": who})
    export = await admin.post("/exports", {"reason_code": "supervision", "body_id": str(point)})
    placed = [
        ("exam_body", point),
        ("institution", _id(layout, "institution_id")),
        ("institution", _id(layout, "get_application.institution_id")),
        ("binding", _id(layout, "binding_id")),
        ("supervisor", _id(layout, "supervisor_id")),
        ("sheet_import", _id(layout, "import_id")),
        ("export_job", _made(export)),
    ]
    return Audited(layout.service, zone, site, _made(neighbour), placed, _everywhere("institution"))


async def audited_declaration(serve: Serve) -> Audited:
    """A year, with exports that the zone and a candidate asked for."""
    layout = await declaration_layout(serve)
    declaration, cycle = _id(layout, "declaration_id"), layout.ids["cycle_id"]
    zone, site, point = await _value(layout, _PATH_OF_UNIT, await _value(layout, _UNIT_OF, declaration))
    neighbour = await _neighbour(layout.service, zone)
    looked = {"kind": "records", "reason_code": "supervision", "cycle_id": cycle, "body_id": str(point)}
    export = await layout.callers["zone_admin", INSIDE].post("/exports", looked)
    packet = await layout.callers["candidate", INSIDE].post("/decision-packets", {"declaration_id": str(declaration)})
    placed = [
        ("declaration", declaration),
        ("evaluation", _id(layout, "evaluation_id")),
        ("qualified_list", _id(layout, "list_id")),
        ("bulk_decision", _id(layout, "bulk_id")),
        ("risk_hit", _id(layout, "hit_id")),
        ("announcement", _id(layout, "announcement_id")),
        ("export_job", _made(export)),
        ("export_job", _made(packet)),
    ]
    of_zone = [
        ("ban", _id(layout, "ban_id")),
        ("cycle", UUID(cycle)),
        ("rule_draft", _id(layout, "draft_id")),
        ("risk_trial", _id(layout, "risk_trial_id")),
        ("risk_thresholds", UUID(int=1)),
    ]
    return Audited(layout.service, zone, site, neighbour, placed, of_zone + _everywhere("declaration"))


async def audited_identity(serve: Serve) -> Audited:
    """Accounts of a tree, with a client of a site's; people, and what has no row, stand nowhere in it."""
    layout = await identity_layout(serve)
    staff = _id(layout, "staff_id")
    zone, site, *_ = await _value(layout, _PATH_OF_STAFF, staff)
    wanted = {"name": "考点接口", "role": "national_network_client", "scope_id": str(site)}
    client = await layout.callers["zone_admin", INSIDE].post("/machine-clients", wanted)
    assert client.status == 201, client.body
    placed = [
        ("staff", staff),
        ("client", UUID(client.body["client_id"])),
        ("ownership_transfer", _id(layout, "transfer_id")),
        ("staff_sheet", _id(layout, "sheet_id")),
    ]
    of_zone = [
        ("person", _id(layout, "person_id")),
        ("candidate", _id(layout, "person_id")),
        ("merge_request", _id(layout, "request_id")),
        *((kind, new_id()) for kind in ("login_challenge", "search", "signing_key", "staff_request")),
    ]
    neighbour = await _neighbour(layout.service, zone)
    return Audited(layout.service, zone, site, neighbour, placed, of_zone + _everywhere("identity"))


async def audited_notification(serve: Serve) -> Audited:
    """Staff of a site that was told something; what is told to people, and what is set, is the zone's."""
    layout = await notification_layout(serve)
    service, (zone, site, neighbour) = layout.service, (new_id() for _ in range(3))
    await _staff(service, "zone_admin", zone)
    await _staff(service, "site_admin", neighbour)
    staff, person = await _staff(service, "site_admin", site), new_id()
    for who, phone in ((staff, "13900000091"), (person, "13900000092")):
        await service.deliver(reached(service, PersonId(who), phone))
        await service.deliver(approved(service, who))
    placed = [("recipient", staff), ("delivery", await _value(layout, _DELIVERY_TO, staff))]
    of_zone = [
        ("recipient", person),
        ("delivery", await _value(layout, _DELIVERY_TO, person)),
        *(
            (kind, new_id())
            for kind in ("declaration", "notification_rule", "search", "sending_limits", "template_draft")
        ),
    ]
    return Audited(service, zone, site, neighbour, placed, of_zone + _everywhere("notification"))


AUDITED: Final[dict[str, Callable[[Serve], Awaitable[Audited]]]] = {
    "identity": audited_identity,
    "institution": audited_institution,
    "declaration": audited_declaration,
    "notification": audited_notification,
}


def _everywhere(service: str) -> list[tuple[str, UUID]]:
    return [("audit_chain", chain_id(service))]


def _id(layout: Layout, name: str) -> UUID:
    return UUID(layout.ids[name])


def _made(answer: Any) -> UUID:
    assert answer.status in (201, 202), answer.body
    return UUID(answer.body["id"])


async def _value(layout: Layout, query: str, key: UUID) -> Any:
    async with layout.service.database.read() as reader:
        return await reader.fetchval(query, key)


async def _neighbour(service: ServiceUnderTest, zone: UUID) -> UUID:
    """Another site of the zone, as the institution service tells of it."""
    body = new_id()
    event = {
        "occurred_at": service.clock.now(),
        "aggregate_version": 1,
        "exam_body_id": body,
        "code": "4299",
        "name": "虚构邻站",
        "level": "site",
        "parent_id": zone,
        "path": [zone, body],
        "state": "active",
    }
    await service.deliver(ExamBodyChanged.model_validate(event))
    return body


async def _staff(service: ServiceUnderTest, role: str, scope: UUID) -> UUID:
    """An account, as identity tells of it."""
    staff = new_id()
    event = {
        "occurred_at": service.clock.now(),
        "aggregate_version": 1,
        "staff_id": StaffId(staff),
        "role": role,
        "scope_kind": "exam_body",
        "scope_id": scope,
        "state": "active",
        "name": "sealed",
        "phone": "sealed",
    }
    await service.deliver(StaffChanged.model_validate(event))
    return staff
