"""One service each with something of a person and of an institution in it, seen by callers inside and outside."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from shared.actor import Role
from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonContactChanged
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.ids import DeclarationId, ExamBodyId, InstitutionId, PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.authorisation.identity_layout import identity_layout
from tests.integration.authorisation.matrix import INSIDE, OUTSIDE, Layout, Who
from tests.integration.authorisation.signals import SIGNAL_BODIES, signalled
from tests.integration.declaration.filing.paper import handed_in, scan
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION
from tests.integration.declaration.season import exam_season
from tests.integration.institution.applying import JPEG, form, submitted
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

BODY_ROLES: tuple[Role, ...] = ("zone_admin", "site_admin", "point_admin")
UNIT_ROLES: tuple[Role, ...] = ("institution_owner", "institution_business_admin")

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


def minted(service: ServiceUnderTest, people: dict[str, UUID], inside: dict[Role, UUID]) -> dict[Who, Caller]:
    """A caller of every role, inside and outside; `inside` are the nodes of those who stand above the object."""
    callers: dict[Who, Caller] = {("anonymous", OUTSIDE): service.anonymous()}
    for place in (INSIDE, OUTSIDE):
        callers["candidate", place] = service.caller("candidate", id=people[place])
        for role, scope in inside.items():
            callers[role, place] = service.caller(role, scope_id=scope if place == INSIDE else new_id())
    callers["national_network_client", OUTSIDE] = service.caller("national_network_client")
    return callers


def nodes(zone: UUID, site: UUID, point: UUID, unit: UUID) -> dict[Role, UUID]:
    """Where the staff of every role stands who may have to do with an institution."""
    return {
        **dict(zip(BODY_ROLES, (zone, site, point), strict=True)),
        **dict.fromkeys(UNIT_ROLES, unit),
        "identity_reviewer": zone,
        "auditor": zone,
    }


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
            "put_filing_body": {"filing_body_id": str(point), "reason": "行政区划调整"},
        },
        queries={
            "get_institution_search": "?q=%E8%99%9A%E6%9E%84",
            "get_institution_reasons": "?step=return",
            "get_supervised_institutions": "?standing=no_record",
            "get_probation_trend": "?cycle_year=2027",
        },
    )


async def declaration_layout(serve: Serve) -> Layout:
    """A person whose declaration was approved, evaluated, certified, listed and handed in by its institution."""
    season = await exam_season(serve)
    zone, site, point = new_id(), new_id(), new_id()
    await _tree(season.service, season.unit.id, season.unit.name, [zone, site, point])
    year = Year(
        season.service,
        season.clock,
        cycle_id=UUID(season.cycle_id),
        zone_id=zone,
        site_id=site,
        point_id=point,
        institution_id=season.unit.id,
    )
    draft = await season.entered()
    await season.attach(draft, "diploma")
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "approval")).status == 200
    evaluated = await year.unit.post(
        f"/reviews/{draft.id}/evaluation", {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    )
    assert evaluated.status == 201, evaluated.body
    certified = await year.certify(evaluated.body)
    handed = await handed_in(year)
    stranger = await season.has_person()
    content = (await draft.person.api.get(draft.path)).body
    signal = await signalled(season, zone)
    current = (await season.service.anonymous().get("/cycles/current")).body
    dates = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    someone = {"document_type": "resident_id", "document_no": stranger.document_no}
    why = {"reason_code": "exam_discipline", "note": "考场违纪", "until": "2028-12-31"}
    ban = await season.zone.post("/bans", someone | why)
    rules = await season.zone.post(f"/cycles/{season.cycle_id}/rule-drafts")
    trial = await season.zone.post(f"/rule-drafts/{rules.body['id']}/trials")
    ids = {
        "ban_id": ban.body["id"],
        "draft_id": rules.body["id"],
        "trial_id": trial.body["id"],
        "rule_id": "R01",
        "catalogue_version": str(rules.body["base_version"]),
        "declaration_id": draft.id,
        "document_id": content["documents"][0]["id"],
        "evaluation_id": certified["id"],
        "list_id": handed["id"],
        "cycle_id": season.cycle_id,
        "exam_body_id": str(site),
        **signal,
        "period_id": str(new_id()),
        "kind": "undertaking",
        "section": "basics",
        "number": "Q42-2027-000001-1",
    }
    people = {INSIDE: draft.person.id, OUTSIDE: stranger.id}
    callers = minted(season.service, people, nodes(zone, site, point, season.unit.id))
    selection = {"decision": "approve", "items": [{"id": draft.id, "version": 1}]}
    bulk = await callers["institution_business_admin", INSIDE].post("/bulk-decisions", selection)
    ids["bulk_id"] = str(bulk.body["id"])
    return Layout(
        season.service,
        callers,
        ids,
        frozenset({ids[one] for one in ("declaration_id", "document_id", "evaluation_id", "list_id", "hit_id")}),
        bodies={
            "put_cycle": {name: current[name] for name in (*dates, "completion_deadline")},
            "post_ban": someone | why,
            "post_rule_publication": {"reason": "年度规则调整", "effective_at": None},
            **SIGNAL_BODIES,
            "post_list_return": {"reasons": [{"line": 1, "code": "line_wrong"}]},
            "post_entry_declining": {"reason_code": "data_wrong"},
            "post_review_return": REASONS,
            "post_bulk_decision": selection,
            "post_review_rejection": REJECTION,
            "post_review_modification_allowance": ALLOWANCE,
        },
        queries={
            "get_certificate_verification": "?check=ABCD2345",
            "get_declaration_events": "?seconds=1",
            "post_declaration_file": "?kind=other",
            "put_sealed_scan": "?official_seal=true",
        },
        # There is no earlier period in this declaration, and its list was handed in already.
        excused=frozenset({"post_prior_row_confirmation", "post_late_permission"} | _OF_EARLIER_ROWS),
    )


async def notification_layout(serve: Serve) -> Layout:
    """A person with a message."""
    service = await serve("notification")
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
    ids = {"message_id": str(message["id"])}
    return Layout(service, callers, ids, frozenset(ids.values()))


async def _tree(service: ServiceUnderTest, unit: UUID, name: str, path: list[UUID]) -> None:
    """The institution service tells of three bodies, and that the unit files with the last of them."""
    for level, depth in (("zone", 1), ("site", 2), ("point", 3)):
        await service.deliver(
            ExamBodyChanged.model_validate(
                {
                    "occurred_at": service.clock.now(),
                    "aggregate_version": 1,
                    "exam_body_id": path[depth - 1],
                    "code": f"42{depth}",
                    "name": f"虚构考试机构{depth}",
                    "level": level,
                    "parent_id": path[depth - 2] if depth > 1 else None,
                    "path": path[:depth],
                    "state": "active",
                }
            )
        )
    await service.deliver(
        InstitutionChanged.model_validate(
            {
                "occurred_at": service.clock.now() + timedelta(seconds=1),
                "aggregate_version": 9,
                "institution_id": unit,
                "state": "active",
                "name": name,
                "credit_code": None,
                "registration_no": "PDY000000420106A1001",
                "institution_type": "general_hospital",
                "grade": "三级甲等",
                "division_code": "420106",
                "address": "江城市试验路 1 号",
                "filing_body_id": ExamBodyId(path[-1]),
                "filing_body_path": path,
                "licence_valid_from": "2020-01-01",
                "licence_valid_to": "2035-01-01",
                "profile_complete": True,
            }
        )
    )


_OF_EARLIER_ROWS = {
    "get_prior_row_request",
    "get_prior_row_certificate",
    "post_prior_row_answer",
}


MakeLayout = Callable[[Serve], Awaitable[Layout]]
LAYOUTS: dict[str, MakeLayout] = {
    "identity": identity_layout,
    "institution": institution_layout,
    "declaration": declaration_layout,
    "notification": notification_layout,
}
