"""What supervisors say of a probation, and sign off themselves (4.6, 5.3)."""

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.forms import document_no
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Caller, Serve

WORDS = {"opinion": "能独立完成病历书写与基本操作，遵守纪律。"}


async def approved(season: Season) -> tuple[Draft, str, str]:
    """Somebody under way: the declaration, the path of the evaluation, that of the supervisor's opinion."""
    draft = await season.submitted()
    assert (await season.decide(draft, "approval")).status == 200
    begun = (await season.reviewer().get(f"/reviews/{draft.id}/evaluation")).body
    assert (begun["state"], begun["decided_at"]) == ("in_progress", None)
    path = f"/evaluations/{begun['id']}"
    return draft, path, f"{path}/opinions/{season.unit.supervisor_id}"


async def physician(season: Season, name: str = "顾维安") -> Caller:
    """A verified person of a name; the roster's supervisor is called 顾维安."""
    person_id, number = new_id(), document_no(900 + len(season.people) + len(name))
    identity = PersonIdentity.model_validate(
        {
            "name": name,
            "document_type": "resident_id",
            "document_no": number,
            "sex": "1",
            "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        }
    )
    place = f"{PersonVerified.TYPE}.identity:{person_id}"
    await season.service.deliver(
        PersonVerified(
            occurred_at=season.clock.now(),
            aggregate_version=1,
            person_id=PersonId(person_id),
            method="auto",
            identity=seal_for_event(season.service.keyring, "person", place, identity.model_dump_json()),
            name_masked="顾**",
            document_type="resident_id",
            document_no_masked="420106********",
            verified_at=season.clock.now(),
        )
    )
    return season.service.caller("candidate", id=person_id)


async def asked(season: Season, opinion: str) -> dict[str, Any]:
    """What the unit hands over: the opinion's id and the code."""
    answer = await season.reviewer().post(f"{opinion}/signature-request")
    assert answer.status == 201, answer.body
    return {"opinion_id": answer.body["opinion_id"], "code": answer.body["code"]}


@pytest.mark.requirement("C2", "B16")
async def test_a_supervisor_signs_what_is_said(serve: Serve) -> None:
    """The unit writes the opinion down, the supervisor sees exactly these words and signs them; written anew, they are
    unsigned; nothing of it is in clear in the database."""
    season = await exam_season(serve)
    draft, path, opinion = await approved(season)
    written = await season.reviewer().put(opinion, WORDS)
    assert written.status == 200, written.body
    code, supervisor = await asked(season, opinion), await physician(season)
    shown = await supervisor.post("/opinion-openings", code)
    assert (shown.status, shown.body["opinion"], shown.body["version"]) == (200, WORDS["opinion"], 1)
    assert draft.person.name not in str(shown.body)
    signed = await supervisor.post("/opinion-signatures", code | {"version": 1})
    assert signed.status == 201, signed.body
    (line,) = (await season.reviewer().get(f"{path}/opinions")).body["items"]
    assert (line["signed_at"] is not None, line["version"]) == (True, 2)
    assert (await supervisor.post("/opinion-signatures", code | {"version": 2})).status == 404, "the code is used up"
    await season.reviewer().put(opinion, {"opinion": "改写后的意见"})
    (line,) = (await season.reviewer().get(f"{path}/opinions")).body["items"]
    assert (line["signed_at"], line["opinion"]) == (None, "改写后的意见")
    async with season.service.database.read() as reader:
        stored = await reader.fetchrow("SELECT opinion, sign_check FROM supervisor_opinion")
        actions = await reader.fetch("SELECT action FROM audit_entry WHERE action LIKE 'evaluation.%'")
    assert stored is not None
    assert "改写".encode() not in stored["opinion"]
    assert Counter(row["action"] for row in actions) == {
        "evaluation.derive": 1,
        "evaluation.write_opinion": 2,
        "evaluation.request_signature": 1,
        "evaluation.sign_opinion": 1,
    }


@pytest.mark.requirement("C2")
async def test_nobody_else_signs(serve: Serve) -> None:
    """Not with a wrong, an older or a late code, not the trainee, not a person of another name, not words that were
    written anew since they were seen."""
    season = await exam_season(serve)
    draft, _, opinion = await approved(season)
    await season.reviewer().put(opinion, WORDS)
    older, code = await asked(season, opinion), await asked(season, opinion)
    supervisor, namesake = await physician(season), await physician(season, "顾维")
    for wrong in (older, code | {"code": code["code"][:-1] + "_"}, code | {"opinion_id": str(new_id())}):
        assert (await supervisor.post("/opinion-openings", wrong)).status == 404
    for other in (namesake, draft.person.api):
        refused = await other.post("/opinion-signatures", code | {"version": 1})
        assert (refused.status, refused.code) == (403, "signer_is_not_supervisor")
    await season.reviewer().put(opinion, {"opinion": "改写后的意见"})
    anew = await asked(season, opinion)
    stale = await supervisor.post("/opinion-signatures", anew | {"version": 1})
    assert (stale.status, stale.code) == (409, "stale_version")
    season.later(timedelta(days=7))
    late = season.service.caller("candidate", id=(await _id_of(season)))
    assert (await late.post("/opinion-signatures", anew | {"version": 2})).status == 404
    assert await season.count("SELECT count(*) FROM supervisor_opinion WHERE signed_at IS NOT NULL") == 0


async def _id_of(season: Season) -> Any:
    async with season.service.database.read() as reader:
        return await reader.fetchval("SELECT person_id FROM known_person WHERE name_masked = '顾**' LIMIT 1")


@pytest.mark.requirement("C2")
async def test_opinions_are_of_who_guides_and_before_the_judgement(serve: Serve) -> None:
    """Another supervisor has no opinion here, another unit finds nothing, and what is judged is not argued any more."""
    season = await exam_season(serve)
    draft, path, opinion = await approved(season)
    foreign = await season.reviewer().put(f"{path}/opinions/{new_id()}", WORDS)
    assert (foreign.status, foreign.code) == (409, "supervisor_not_guiding")
    stranger = season.service.caller("institution_business_admin", scope_id=new_id())
    assert (await stranger.put(opinion, WORDS)).status == 404
    assert (await stranger.get(f"{path}/opinions")).status == 404
    assert (await stranger.post(f"{opinion}/signature-request")).status == 404
    judged = await season.reviewer().post(
        f"/reviews/{draft.id}/evaluation", {"result": "qualified", "opinion": "表现良好"}
    )
    assert judged.status == 201
    late = await season.reviewer().put(opinion, WORDS)
    assert (late.status, late.code) == (409, "evaluation_step_not_allowed")


@pytest.mark.requirement("C2")
async def test_what_is_judged_is_not_signed_any_more(serve: Serve) -> None:
    """A code from before the judgement neither opens nor signs the opinion afterwards, and there is no new one; the
    same for what is void. The control: before the judgement the very code opens it."""
    season = await exam_season(serve)
    draft, _, opinion = await approved(season)
    await season.reviewer().put(opinion, WORDS)
    code, supervisor = await asked(season, opinion), await physician(season)
    assert (await supervisor.post("/opinion-openings", code)).status == 200
    verdict = {"result": "qualified", "opinion": "表现良好"}
    assert (await season.reviewer().post(f"/reviews/{draft.id}/evaluation", verdict)).status == 201
    for state in ("evaluated_qualified", "voided"):
        async with season.service.database.transaction() as tx:
            await tx.execute("UPDATE evaluation SET state = $1", state)
        answers = [
            await season.reviewer().post(f"{opinion}/signature-request"),
            await supervisor.post("/opinion-openings", code),
            await supervisor.post("/opinion-signatures", code | {"version": 1}),
        ]
        assert [(one.status, one.code) for one in answers] == [(409, "evaluation_step_not_allowed")] * 3
    assert await season.count("SELECT count(*) FROM supervisor_opinion WHERE signed_at IS NOT NULL") == 0


@pytest.mark.requirement("C2")
async def test_a_signature_is_not_signed_over(serve: Serve) -> None:
    """What is signed is not handed out for signing again, and with a code that is still about a namesake does not put
    his name in its place; written anew it may be signed again."""
    season = await exam_season(serve)
    _, _, opinion = await approved(season)
    await season.reviewer().put(opinion, WORDS)
    code, supervisor = await asked(season, opinion), await physician(season)
    await season.has_person()
    namesake = await physician(season)
    assert (await supervisor.post("/opinion-signatures", code | {"version": 1})).status == 201
    again = await season.reviewer().post(f"{opinion}/signature-request")
    assert (again.status, again.code) == (409, "opinion_already_signed")
    async with season.service.database.transaction() as tx:
        kept = hashlib.sha256(code["code"].encode()).digest()
        await tx.execute(
            "UPDATE supervisor_opinion SET sign_check = $1, sign_until = $2",
            kept,
            season.clock.now() + timedelta(days=1),
        )
    over = await namesake.post("/opinion-signatures", code | {"version": 2})
    assert (over.status, over.code) == (409, "opinion_already_signed")
    await season.reviewer().put(opinion, {"opinion": "改写后的意见"})
    anew = await asked(season, opinion)
    assert (await supervisor.post("/opinion-signatures", anew | {"version": 3})).status == 201
