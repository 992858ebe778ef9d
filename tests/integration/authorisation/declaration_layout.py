"""The declaration service with something of a person and of an institution in it."""

from datetime import timedelta
from uuid import UUID

from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.ids import ExamBodyId, new_id
from tests.integration.authorisation.callers import minted, nodes
from tests.integration.authorisation.matrix import INSIDE, OUTSIDE, Layout
from tests.integration.authorisation.signals import SIGNAL_BODIES, signalled
from tests.integration.declaration.filing.paper import CONFIRMED, handed_in
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION
from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve, ServiceUnderTest

_RULE = {
    "effect": "warn",
    "applies": {"fact": "exam_level", "is": "licensed_physician"},
    "condition": {"fact": "fresh_graduate", "is": True},
    "pointer": "/fresh_graduate",
    "message_zh": "请核对毕业日期。",
    "message_en": "Check the date of graduation.",
    "cure_zh": "以毕业证书为准。",
    "cure_en": "As on the diploma.",
    "source": "考区通知",
}

_LISTS = {
    "reason": "考区年度调整",
    "categories": [
        {
            "code": "110",
            "exam_level": "licensed_physician",
            "route": "prescribed_education",
            "family": "clinical",
            "name_zh": "临床",
            "name_en": "Clinical medicine",
            "valid_from": "2015-01-01",
        }
    ],
    "document_kinds": [{"kind": "diploma", "name_zh": "毕业证书", "name_en": "Diploma", "most": 4}],
    "materials": [],
    "supervisors": {"clinical": ["clinical"]},
}

# Of the form that is downloaded it is enough that there is one.
_PROVISIONAL = """
INSERT INTO provisional_certificate
    (evaluation_id, certificate_no, certificate_check, certificate, issued_by, issued_at)
VALUES ($1::uuid, 'PP2027-4201-000001', '0123456789abcdef', '\\x00', $1::uuid, $2)
"""

# A move of the site's, on its way: setting its dates here would move those of everything else.
_ANNOUNCEMENT = """
INSERT INTO announcement (id, cycle_id, exam_body_id, version, dates_before, dates_after, made_by, made_at, stage)
SELECT $1, c.id, $2, 1, d.dates, d.dates, c.id, c.created_at, 'candidates'
FROM cycle c, LATERAL (
    SELECT to_jsonb(x) AS dates FROM (
        SELECT c.declaration_opens_at, c.declaration_closes_at, c.review_deadline, c.filing_deadline,
               c.completion_deadline, c.registration_opens_at, c.registration_closes_at) x) d
"""

_OF_EARLIER_ROWS = {
    "get_prior_row_request",
    "get_prior_row_certificate",
    "get_prior_row_certificate_page",
    "post_prior_row_answer",
}


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
    promised = {"kind": "other", "size": 1000, "sha256": "0" * 64}
    begun = await draft.person.api.post(f"{draft.path}/uploads", promised)
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "approval")).status == 200
    begun_evaluation = (await year.unit.get(f"/reviews/{draft.id}/evaluation")).body
    opinions = f"/evaluations/{begun_evaluation['id']}/opinions/{season.unit.supervisor_id}"
    assert (await year.unit.put(opinions, {"opinion": "能独立书写病历。"})).status == 200
    evaluated = await year.unit.post(
        f"/reviews/{draft.id}/evaluation", {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    )
    assert evaluated.status == 201, evaluated.body
    certified = await year.certify(evaluated.body)
    async with season.service.database.transaction() as tx:
        await tx.execute(_PROVISIONAL, certified["id"], season.clock.now())
        await tx.execute(_ANNOUNCEMENT, announcement := new_id(), site)
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
        "supervisor_id": str(season.unit.supervisor_id),
        "list_id": handed["id"],
        "file_id": (await year.unit.get(f"/qualified-lists/{handed['id']}")).body["scan"]["files"][0]["id"],
        "cycle_id": season.cycle_id,
        "exam_body_id": str(site),
        **signal,
        "period_id": str(new_id()),
        "kind": "undertaking",
        "section": "basics",
        "page": "1",
        "upload_id": begun.body["id"],
        "export_id": str(new_id()),
        "announcement_id": str(announcement),
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
        frozenset(
            ids[one]
            for one in ("declaration_id", "document_id", "evaluation_id", "list_id", "file_id", "hit_id", "upload_id")
        ),
        bodies={
            "put_cycle": {name: current[name] for name in (*dates, "completion_deadline")},
            "post_ban": someone | why,
            "put_draft_rule": _RULE,
            "post_rule_publication": {"reason": "年度规则调整", "effective_at": None},
            **SIGNAL_BODIES,
            "put_catalogue_lists": _LISTS,
            "post_list_return": {"reasons": [{"line": 1, "code": "line_wrong"}]},
            "put_sealed_scan": CONFIRMED,
            "post_upload": promised,
            "post_entry_declining": {"reason_code": "data_wrong"},
            "post_review_return": REASONS,
            "post_bulk_decision": selection,
            "post_review_rejection": REJECTION,
            "post_review_modification_allowance": ALLOWANCE,
        },
        queries={
            "get_certificate_verification": "?check=ABCD2345",
            "get_declaration_events": "?seconds=1",
            "get_status_records": f"?nonce={new_id()}&exam_year=2027&exam_site_code=4201",
            "get_status_changes": f"?nonce={new_id()}",
            "post_declaration_file": "?kind=other",
        },
        # There is no earlier period in this declaration, and its list was handed in already.
        excused=frozenset({"post_prior_row_confirmation", "post_late_permission"} | _OF_EARLIER_ROWS),
    )


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
