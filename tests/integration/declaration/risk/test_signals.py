"""Each signal out of stored data: what raises it in a county, and that the honest neighbour raises nothing."""

from datetime import date, timedelta

import pytest

from services.declaration.domain.content import Content
from services.declaration.domain.risk.rules import RULES
from shared.contracts.institution import ConfirmationCodeGuessed
from shared.ids import ExamBodyId, InstitutionId, new_id
from tests.integration.declaration.filing.year import Declared, probation
from tests.integration.declaration.risk.county import County, county, guided
from tests.support.service_under_test import Serve

_TRACE_OF_LAST_YEAR = {
    "risk_text": """
INSERT INTO risk_text (declaration_id, source, cycle_id, institution_id, bands)
SELECT id, 'summary', cycle_id, institution_id, ARRAY['band'::bytea] FROM declaration WHERE cycle_id = $1
""",
    "risk_guidance": """
INSERT INTO risk_guidance (declaration_id, place, cycle_id, certificate_index, first_day, last_day)
SELECT id, 1, cycle_id, 'number', '2025-07-01', '2025-12-01' FROM declaration WHERE cycle_id = $1
""",
}
LONG = "".join(chr(0x4E00 + n * n % 5000) for n in range(300))


def written(text: str) -> Content:
    """A year with this summary."""
    year = probation()
    return year.model_copy(update={"periods": [year.periods[0].model_copy(update={"work_summary": text})]})


async def subjects(place: County, rule: str) -> set[str]:
    """The ids that the open hits of a rule are about."""
    return {(await place.detail(hit))["subject_id"] for hit in await place.hits(rule)}


@pytest.mark.requirement("F2", "F3")
async def test_an_institution_and_its_year(serve: Serve) -> None:
    """Three trainees for one clinical physician; ten people where three declared the year before. A profile corrected
    to five physicians clears the first."""
    place = await county(serve)
    year, cycle = place.year, await place.last_year()
    crowded = await place.has_institution(physicians={"110": 1, "210": 50}, departments=["内科"])
    for _ in range(3):
        await year.declare("submitted", institution_id=crowded)
    grown = await place.has_institution()
    before = [await year.declare("filed", institution_id=grown) for _ in range(3)]
    for one in before:
        await place.execute("UPDATE declaration SET cycle_id = $2, cycle_year = 2026 WHERE id = $1", one.id, cycle)
    for _ in range(10):
        await year.declare("submitted", institution_id=grown)
    await place.examine()
    assert await subjects(place, "F2") == {str(crowded)}
    assert await subjects(place, "F3") == {str(grown)}
    (hit,) = await place.hits("F2")
    assert (await place.detail(hit))["inputs"] == {"trainees_to_physicians": ["clinical: 3/1"]}
    await place.has_institution(crowded, version=6, physicians={"110": 5})
    await place.run("examine-risks")
    assert await place.hits("F2") == []
    assert len(await place.hits("F2", state="cleared")) == 1


@pytest.mark.requirement("F4")
async def test_a_supervisor_on_two_rosters(serve: Serve) -> None:
    """One number at two institutions under two names is a hit at both; a physician of one roster is none."""
    place = await county(serve)
    year = place.year
    other = await place.has_institution()
    here = await place.has_supervisor(year.institution_id, number="110420106000777")
    there = await place.has_supervisor(other, number="110420106000777", name="别名者")
    honest = await place.has_supervisor(other, number="110420106000778")
    await year.declare("submitted", content=guided(probation(), here))
    await year.declare("submitted", institution_id=other, content=guided(probation(), honest))
    await place.examine()
    assert await subjects(place, "F4") == {str(here), str(there)}
    shown = await place.detail((await place.hits("F4"))[0])
    assert shown["inputs"]["doubts"] == ["registered_elsewhere", "two_names"]


@pytest.mark.requirement("F8", "F5", "F11")
async def test_days_that_do_not_fit(serve: Serve) -> None:
    """Bound ten days before a full year, two places at once, a licence that ends in between; an honest one besides."""
    place = await county(serve)
    year = place.year
    late, honest = await year.declare("submitted"), await year.declare("submitted")
    await place.binds(late, 10)
    await place.binds(honest, 400)
    first = probation().periods[0]
    second = first.model_copy(update={"id": new_id(), "is_current": False, "institution_name": "省外某医院"})
    double = probation().model_copy(update={"periods": [first, second]})
    twice = await year.declare("submitted", content=double)
    closed = await place.has_institution(licence_valid_to=date(2026, 1, 1))
    without = await year.declare("submitted", institution_id=closed)
    await place.examine()
    assert await subjects(place, "F8") == {str(late.id)}
    assert await subjects(place, "F5") == {str(twice.id)}
    assert await subjects(place, "F11") == {str(without.id)}
    assert str(honest.id) not in {one for rule in RULES for one in await subjects(place, rule)}


@pytest.mark.requirement("F6")
async def test_people_from_far_away(serve: Serve) -> None:
    """The hit of somebody whose ID area and school lie elsewhere offers the text of a request to the institution."""
    place = await county(serve)
    year = place.year
    far = await year.person(document="430102199001010014")
    await year.declare("submitted", person=far)
    await year.declare("submitted")
    await place.examine()
    (hit,) = await place.hits("F6")
    shown = await place.detail(hit)
    assert shown["subject_id"] == str(far.id)
    assert "工资" in shown["request_zh"]
    assert "payroll" in shown["request_en"]


@pytest.mark.requirement("F9", "F10")
async def test_the_same_words_and_files(serve: Serve) -> None:
    """A summary copied at another institution with a word changed, and one file handed in by two people: both people
    are told of, each hit names the other, and a colleague with the same words in the same institution is not."""
    place = await county(serve)
    year = place.year
    other = await place.has_institution()
    one = await year.declare("submitted", content=written(LONG))
    copy = await year.declare("submitted", institution_id=other, content=written(LONG[:150] + "改" + LONG[151:]))
    alone = await year.declare("submitted", institution_id=other, content=written(LONG[::-1]))
    await place.attached(one, "a" * 64)
    await place.attached(alone, "a" * 64)
    await place.attached(copy, "b" * 64)
    await place.examine()
    assert await subjects(place, "F9") == {str(one.id), str(copy.id)}
    assert await subjects(place, "F10") == {str(one.id), str(alone.id)}
    mine = next(hit for hit in await place.hits("F9") if hit["institution_id"] == str(other))
    shown = await place.detail(mine)
    assert {person["declaration_id"] for person in shown["people"]} == {str(one.id), str(copy.id)}
    assert LONG[:20] not in str(shown)
    await place.execute("UPDATE declaration SET state = 'withdrawn' WHERE id = $1", copy.id)
    await place.examine()
    assert await place.hits("F9") == [], "the other's hit goes with it"


@pytest.mark.requirement("F9")
async def test_the_same_opinion_at_two_institutions(serve: Serve) -> None:
    """An opinion on the probation that another institution wrote word for word; one of its own raises nothing."""
    place = await county(serve)
    year = place.year
    other = await place.has_institution()
    wanted = ((year.institution_id, LONG), (other, LONG), (year.institution_id, LONG[::-1]))
    declared = []
    for institution, text in wanted:
        one = await year.declare("approved", institution_id=institution)
        declared.append(one)
        admin = year.service.caller("institution_business_admin", scope_id=institution)
        answer = await admin.post(f"/reviews/{one.id}/evaluation", {"result": "qualified", "opinion": text})
        assert answer.status == 201, answer.body
    await place.examine()
    assert await subjects(place, "F9") == {str(one.id) for one in declared[:2]}
    assert (await place.detail((await place.hits("F9"))[0]))["inputs"]["texts"] == ["opinion"]


@pytest.mark.requirement("F9")
async def test_phrases_leave_no_trace(serve: Serve) -> None:
    """A text too short for any threshold that may be set is not kept to be met; one as long as the lowest is; and what
    is withdrawn leaves none."""
    place = await county(serve)
    await place.year.declare("submitted", content=written("同意。考核合格"))
    long = await place.year.declare("submitted", content=written("同意，考核合格为宜"))
    await place.examine()
    kept = "SELECT count(*) FROM risk_text WHERE declaration_id = $1"
    assert (await place.count("SELECT count(*) FROM risk_text"), await place.count(kept, long.id)) == (1, 1)
    await place.execute("UPDATE declaration SET state = 'withdrawn' WHERE id = $1", long.id)
    await place.examine()
    assert await place.count("SELECT count(*) FROM risk_text") == 0


@pytest.mark.requirement("F13")
async def test_guessed_codes_add_up(serve: Serve) -> None:
    """Three alarms of eleven wrong codes make a hit; the same alarm told twice counts once."""
    place = await county(serve)
    year = place.year
    for day in (1, 2, 2, 2):
        event = ConfirmationCodeGuessed(
            occurred_at=year.clock.now() - timedelta(days=day),
            aggregate_version=2,
            institution_id=InstitutionId(year.institution_id),
            institution_name="江城试验医院",
            filing_body_id=ExamBodyId(year.point_id),
            wrong=11,
            minutes=60,
        )
        await year.service.deliver(event)
    await place.run("examine-risks")
    assert await place.hits("F13") == []
    await year.service.deliver(event.model_copy(update={"occurred_at": year.clock.now()}))
    await place.run("examine-risks")
    (hit,) = await place.hits("F13")
    assert hit["value"] == 33


@pytest.mark.requirement("F14")
async def test_a_reviewer_in_a_hurry(serve: Serve) -> None:
    """Ten approvals in half a minute are a hit of the reviewer that names all ten; a colleague's ten in an hour are
    none."""
    place = await county(serve)
    year, hasty, calm, at = place.year, new_id(), new_id(), place.year.clock.now()
    for number in range(10):
        one, other = await year.declare("approved"), await year.declare("approved")
        await place.decided(one, 3, "approve", hasty, at + timedelta(seconds=3 * number))
        await place.decided(other, 3, "approve", calm, at + timedelta(minutes=6 * number))
    year.clock.advance(timedelta(hours=2))
    await place.run("examine-risks")
    assert await subjects(place, "F14") == set(), "what moved before the first reading is asked for once a day"
    await place.execute("UPDATE risk_feed SET read_until = $1", at)
    await place.run("examine-risks")
    assert await subjects(place, "F14") == {str(hasty)}
    assert len((await place.detail((await place.hits("F14"))[0]))["people"]) == 10


@pytest.mark.requirement("F15")
async def test_last_year_is_remembered(serve: Serve) -> None:
    """Months that last year's declaration did not name; who says the same both years raises nothing. Last year's traces
    stay: looking at a finding of this year is not looking at last year's declaration."""
    place = await county(serve)
    year, cycle = place.year, await place.last_year()

    async def both_years(begun_then: date) -> Declared:
        person = await year.person()
        then = await year.declare("filed", person=person, content=probation(begun_then, None))
        moved = "UPDATE declaration SET cycle_id = $2, cycle_year = 2026, submitted_at = $3 WHERE id = $1"
        await place.execute(moved, then.id, cycle, year.clock.now() - timedelta(days=365))
        again = Declared(new_id(), person.person_id, person.name, person.document_no)
        return await year.declare("submitted", person=again, content=probation(date(2025, 8, 1), None))

    honest, other = await both_years(date(2025, 8, 1)), await both_years(date(2025, 12, 1))
    for table in ("risk_text", "risk_guidance"):
        await place.execute(_TRACE_OF_LAST_YEAR[table], cycle)
    await place.examine()
    assert await place.count("SELECT count(*) FROM risk_text WHERE cycle_id = $1", cycle) == 2
    assert await place.count("SELECT count(*) FROM risk_guidance WHERE cycle_id = $1", cycle) == 2
    assert await subjects(place, "F15") == {str(other.id)}
    assert str(honest.id) not in await subjects(place, "F15")


@pytest.mark.requirement("F16")
async def test_one_person_twice(serve: Serve) -> None:
    """Two verified people of one name and birth date with different documents; a namesake of another age is none."""
    place = await county(serve)
    year = place.year
    people = [("林重名", "420106199003070019"), ("林重名", "420106199003070035"), ("林重名", "420106199103070012")]
    declared = []
    for name, number in people:
        one = Declared(new_id(), new_id(), name, number)
        await year.verified(one.person_id, name, number, version=1)
        declared.append(await year.declare("submitted", person=one))
    await place.examine()
    assert await subjects(place, "F16") == {str(declared[0].id), str(declared[1].id)}


@pytest.mark.requirement("F18")
async def test_a_sanction_is_remembered_next_year(serve: Serve) -> None:
    """What an exam body sanctioned in an earlier cycle is a hit of this one; what it dismissed is not."""
    place = await county(serve)
    year, cycle = place.year, await place.last_year()
    guide = await place.has_supervisor(year.institution_id)
    for _ in range(6):
        await year.declare("submitted", content=guided(probation(), guide))
    await place.examine()
    (hit,) = await place.hits("F1")
    assert (await place.decide(hit, "sanctioned")).status == 200
    await place.examine()
    assert await place.hits("F18") == [], "it is this year's"
    await place.execute("UPDATE risk_hit SET cycle_id = $1", cycle)
    await place.examine()
    (again,) = await place.hits("F18")
    assert (await place.detail(again))["inputs"]["sanctions"] == ["2027-01-08: F1"]
