"""Papers of a unit that somebody left: whatever comes later, they are worth nothing, and nobody is told of them (4.6,
B10, 4.10)."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.declaration.use_cases.reviewing import allow_modification
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import FullYearLapsed
from tests.integration.declaration.forms import ALLOWANCE, Unit, complete_content
from tests.integration.declaration.season import YEAR, Draft, Season, exam_season
from tests.integration.declaration.test_evaluations_anew import PROVISIONAL, declared, fresh, judge
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve

RELEASE = Path("services/declaration/migrations/0104_post_update_judgements_of_rejected.sql")
QUALIFIED = {"result": "qualified", "opinion": "表现良好"}
WRONG = {"reasons": [{"pointer": "", "code": "other", "text": "本院未安排过该段试用"}]}


async def certified(season: Season, draft: Draft, unit: Unit | None = None) -> tuple[dict[str, Any], str]:
    """Judged and certified by a unit; the evaluation, and the path of its verification."""
    caller = season.reviewer(unit)
    judged = await caller.post(f"/reviews/{draft.id}/evaluation", QUALIFIED)
    assert judged.status == 201, judged.body
    path = f"/evaluations/{judged.body['id']}/certificate"
    done = await caller.post(path, {"responsible_person": "王建国"}, version=judged.body["version"])
    assert done.status == 200, done.body
    async with season.service.database.read() as reader:
        check = await reader.fetchval(
            "SELECT certificate_check FROM evaluation WHERE id = $1::uuid", UUID(judged.body["id"])
        )
    return done.body, f"/certificate-verifications/{done.body['certificate_no']}?check={check}"


async def goes_on_at(season: Season, draft: Draft, other: Unit) -> None:
    """Bound to another unit, the same record begins again."""
    await season.binds(draft.person, other)
    again = await season.start(draft.person)
    assert again.status == 201, again.body
    assert again.body["id"] == draft.id
    draft.version = again.body["version"]


async def handed_in_at(season: Season, draft: Draft, unit: Unit) -> None:
    """Written for a unit and handed in."""
    assert (await season.save(draft, complete_content(unit))).status == 200
    done = await season.submit(draft)
    assert done.status == 201, done.body


async def worth(season: Season, path: str) -> str:
    """What whoever scans the paper is told."""
    told = await season.service.anonymous().get(path)
    assert told.status == 200, told.body
    assert told.body["valid"] is (told.body["standing"] == "valid")
    return str(told.body["standing"])


async def told(season: Season, draft: Draft) -> str | None:
    """The certificate that the national network is told of."""
    who = {"document_type": "resident_id", "document_no": draft.person.document_no, "name": draft.person.name}
    network = season.service.caller("national_network_client")
    answer = await network.post("/status-queries", who | {"exam_year": YEAR, "nonce": str(uuid4())})
    assert (answer.status, answer.body["record_id"]) == (200, draft.id), answer.body
    return None if (number := answer.body["certificate_no"]) is None else str(number)


@pytest.mark.requirement("B10", "A42")
async def test_a_new_start_elsewhere_leaves_the_old_paper_worthless(serve: Serve) -> None:
    """Certified and then rejected by one unit, begun again at another one: neither the draft, nor the submission, nor
    its withdrawal, nor the way back to the first unit makes the old paper good; the second unit's is. The
    voiding is on record."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    draft = await season.submitted()
    first, path = await certified(season, draft)
    assert (await worth(season, path), await told(season, draft)) == ("valid", first["certificate_no"])
    assert (await season.decide(draft, "rejection", WRONG)).status == 200
    assert await worth(season, path) == "voided"
    await goes_on_at(season, draft, other)
    assert (await worth(season, path), await told(season, draft)) == ("voided", None)
    (old,) = (await season.reviewer().get("/evaluations?state=voided")).body["items"]
    assert old["id"] == first["id"]
    trail = "SELECT count(*) FROM audit_entry WHERE action = 'evaluation.supersede' AND subject_id = $1"
    assert await season.count(trail, first["id"]) == 1
    await handed_in_at(season, draft, other)
    assert (await worth(season, path), await told(season, draft)) == ("voided", None)
    second, newer = await certified(season, draft, other)
    assert (await worth(season, path), await worth(season, newer)) == ("superseded", "valid")
    assert await told(season, draft) == second["certificate_no"]
    rejected = await season.decide(draft, "rejection", WRONG, by=season.reviewer(other))
    assert rejected.status == 200, rejected.body
    await goes_on_at(season, draft, season.unit)
    assert (await worth(season, path), await worth(season, newer)) == ("voided", "voided")
    assert await told(season, draft) is None
    await handed_in_at(season, draft, season.unit)
    assert (await worth(season, path), await worth(season, newer)) == ("voided", "voided")
    assert await told(season, draft) is None


@pytest.mark.requirement("B10", "A42")
@pytest.mark.parametrize("back", [False, True])
async def test_what_is_handed_in_elsewhere_ends_the_old_paper(serve: Serve, back: bool) -> None:
    """Reopened with a certificate, which still stands, and handed in at another unit: the paper is worth nothing before
    the second unit looks, nor after that one rejects, nor at a new start at the first unit."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    draft = await season.submitted()
    first, path = await certified(season, draft)
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    assert (await worth(season, path), await told(season, draft)) == ("valid", first["certificate_no"])
    await season.binds(draft.person, other)
    draft.version = (await draft.person.api.get(draft.path)).body["declaration"]["version"]
    await handed_in_at(season, draft, other)
    assert (await worth(season, path), await told(season, draft)) == ("voided", None)
    rejected = await season.decide(draft, "rejection", WRONG, by=season.reviewer(other))
    assert rejected.status == 200, rejected.body
    if back:
        await goes_on_at(season, draft, season.unit)
        assert (await worth(season, path), await told(season, draft)) == ("voided", None)
        await handed_in_at(season, draft, season.unit)
    assert (await worth(season, path), await told(season, draft)) == ("voided", None)


@pytest.mark.requirement("B10", "A42")
@pytest.mark.parametrize("provisional", [False, True])
async def test_a_rejected_paper_stays_voided_when_modification_is_allowed(serve: Serve, provisional: bool) -> None:
    """Judged and certified, rejected, and reopened by the same unit: the paper stays voided, also once handed in again,
    until that is judged; the voiding is on record, and the network is told of no paper. Only reopened, it stands."""
    season = await exam_season(serve)
    kept, rejected = [await _with_paper(season, provisional) for _ in range(2)]
    assert (await season.decide(rejected[0], "rejection", WRONG)).status == 200
    for draft, _ in (kept, rejected):
        assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    assert [await worth(season, path) for _, path in (kept, rejected)] == ["valid", "voided"]
    draft, path = rejected
    assert await told(season, draft) is None
    trail = "SELECT count(*) FROM audit_entry WHERE action = 'evaluation.supersede'"
    assert await season.count(trail) == 1
    content = fresh(season.unit) if provisional else complete_content(season.unit)
    assert (await season.save(draft, content)).status == 200
    if provisional:
        await season.attach(draft, "undertaking_letter")
    done = await season.submit(draft)
    assert (done.status, await worth(season, path)) == (201, "voided"), done.body
    if not provisional:
        _, newer = await certified(season, draft)
        assert (await worth(season, path), await worth(season, newer)) == ("superseded", "valid")


@pytest.mark.requirement("B10", "A42")
async def test_what_older_code_left_of_a_rejected_one_is_voided(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper of one that was rejected and reopened by older code, which left the judgement, is voided with the
    migration; that of one that was only reopened stands."""

    async def leaves(*_: object, **__: object) -> None:
        """As older code did."""

    season = await exam_season(serve)
    kept, rejected = [await _with_paper(season, False) for _ in range(2)]
    monkeypatch.setattr(allow_modification, "supersede_rejected", leaves)
    assert (await season.decide(rejected[0], "rejection", WRONG)).status == 200
    for draft, _ in (kept, rejected):
        assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    assert [await worth(season, path) for _, path in (kept, rejected)] == ["valid", "valid"]
    async with season.service.database.transaction() as tx:
        await tx.execute(RELEASE.read_text(encoding="utf-8"))
    assert [await worth(season, path) for _, path in (kept, rejected)] == ["valid", "voided"]
    assert await told(season, rejected[0]) is None


async def _with_paper(season: Season, provisional: bool) -> tuple[Draft, str]:
    """A submission that waits, certified already; and the path of the verification."""
    if not provisional:
        draft = await season.submitted()
        return draft, (await certified(season, draft))[1]
    draft = await declared(season, fresh(season.unit))
    judged = (await judge(season, draft, PROVISIONAL)).body
    path = f"/evaluations/{judged['id']}/provisional-certificate"
    paper = await season.reviewer().post(path, {"responsible_person": "王建国"}, version=judged["version"])
    assert paper.status == 200, paper.body
    async with season.service.database.read() as reader:
        row = await reader.fetchrow(
            "SELECT certificate_no, certificate_check FROM provisional_certificate WHERE evaluation_id = $1",
            UUID(judged["id"]),
        )
    assert row is not None
    return draft, f"/certificate-verifications/{row['certificate_no']}?check={row['certificate_check']}"


@pytest.mark.requirement("A42", "P12")
async def test_the_lapse_of_the_old_paper_ends_nothing_at_the_new_unit(serve: Serve) -> None:
    """Provisionally certified at one unit, reopened, and handed in at another one: with 31 August the former unit's
    judgement lapses by itself, its paper stays worthless, and what waits at the second unit goes on waiting, untold."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    draft = await declared(season, fresh(season.unit))
    judged = await judge(season, draft, PROVISIONAL)
    assert judged.status == 201, judged.body
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    await season.binds(draft.person, other)
    draft.version = (await draft.person.api.get(draft.path)).body["declaration"]["version"]
    assert (await season.save(draft, fresh(other))).status == 200
    await season.attach(draft, "undertaking_letter")
    done = await season.submit(draft)
    assert done.status == 201, done.body
    season.later(datetime(2027, 9, 1, tzinfo=SHANGHAI) - season.clock.now())
    await run(season, "lapse-provisionals")
    (old,) = (await season.reviewer().get("/evaluations")).body["items"]
    assert (old["id"], old["state"]) == (judged.body["id"], "lapsed")
    assert await season.state_of(draft) == "submitted"
    assert await season.service.published(FullYearLapsed) == []
