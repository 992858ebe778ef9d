"""What becomes of declarations when the person's verification is revoked, and of people who declare elsewhere."""

from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import known_revoked_people
from shared.contracts.declaration import DeclarationRevoked
from shared.contracts.identity import ExemptChannelChanged, ExemptPerson, PersonRevoked
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.filing.test_differences import change, filed, number_of, shown
from tests.integration.declaration.filing.test_status import NOTHING
from tests.integration.declaration.filing.year import YEAR, Declared, Year, document_no, exam_year
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Answer, Serve, ServiceUnderTest

OPEN = ("draft", "submitted", "under_review", "withdrawn", "approved", "returned", "rejected", "modification_allowed",
        "filed")  # fmt: skip


async def revoke(service: ServiceUnderTest, person_id: UUID, reason: str = "fraud", version: int = 9) -> None:
    """Identity tells of a revocation."""
    now = service.clock.now()
    await service.deliver(
        PersonRevoked(
            occurred_at=now,
            aggregate_version=version,
            person_id=PersonId(person_id),
            reason_code=reason,
            revoked_at=now,
        )
    )


async def choose(service: ServiceUnderTest, person_id: UUID, name: str, number: str, **more: Any) -> None:
    """Identity tells that a person declares elsewhere, or (state="withdrawn") no longer does."""
    now = service.clock.now()
    said = ExemptPerson(name=name, document_type="resident_id", document_no=number).model_dump_json()
    place = f"{ExemptChannelChanged.TYPE}.person:{person_id}"
    fields = {
        "aggregate_version": 1,
        "state": "chosen",
        "kind": "military",
        "exam_year": YEAR,
        "person": seal_for_event(service.keyring, "person", place, said),
    } | more
    if fields["state"] == "withdrawn":
        fields["person"] = None
    await service.deliver(
        ExemptChannelChanged.model_validate({"occurred_at": now, "person_id": person_id, "changed_at": now} | fields)
    )


async def ask(year: Year, number: str, name: str, **more: Any) -> Answer:
    """The national network asks by a resident ID number and a name."""
    body = {"document_type": "resident_id", "document_no": number, "name": name, "exam_year": YEAR} | more
    return await year.asked(body)


async def state_of(year: Year, declared: Declared) -> str:
    """As it stands in the database."""
    async with year.service.database.read() as reader:
        return str(await reader.fetchval("SELECT state FROM declaration WHERE id = $1", declared.id))


@pytest.mark.requirement("V25")
@pytest.mark.parametrize("state", [*OPEN, "lapsed", "revoked"])
async def test_every_open_declaration_falls_with_the_person(serve: Serve, state: str) -> None:
    """Whatever is not over becomes revoked, once, however often the news comes; the network is told so at once; what is
    over stays as it was."""
    year = await exam_year(serve)
    declared = await year.declare(state)
    other = await year.declare(state)
    await revoke(year.service, declared.person_id)
    await revoke(year.service, declared.person_id)
    assert await state_of(year, declared) == ("lapsed" if state == "lapsed" else "revoked")
    assert await state_of(year, other) == state
    events = await year.service.published(DeclarationRevoked)
    assert [(e.declaration_id, e.reason_code) for e in events] == [(declared.id, "fraud")] * (state in OPEN)
    if state in OPEN:
        assert (await ask(year, declared.document_no, declared.name)).body["status"] == "revoked"


@pytest.mark.requirement("A39", "V25")
async def test_a_revoked_person_declares_nothing_any_more(serve: Serve) -> None:
    """The unit can not decide, the candidate sees why in the timeline, and can neither edit nor start anything."""
    season = await exam_season(serve)
    draft = await season.submitted()
    claimed = await season.decide(draft, "claim")
    assert claimed.status == 200
    await revoke(season.service, draft.person.id, "duplicate")
    refused = await season.decide(draft, "approval")
    assert refused.status == 409
    timeline = (await draft.person.api.get(f"{draft.path}/timeline")).body
    last = timeline["items"][-1]
    assert (last["action"], last["to_state"]) == ("revoke_with_identity", "revoked")
    assert (await season.start(draft.person)).code == "identity_revoked"
    profile = (await draft.person.api.get("/profile")).body
    assert (profile["verified"], [one["code"] for one in profile["missing"]]) == (False, ["identity_revoked"])


@pytest.mark.requirement("M7")
async def test_the_news_may_come_before_the_verification(serve: Serve) -> None:
    """A revocation that overtakes the verification holds all the same."""
    season = await exam_season(serve)
    person = await season.has_person()
    stranger = new_id()
    await revoke(season.service, stranger)
    assert (await season.start(person)).status == 201
    await revoke(season.service, person.id)
    late = await season.has_person(bound=False)
    await revoke(season.service, late.id, version=1)
    assert (await season.start(late)).code == "identity_revoked"


async def test_a_draft_that_slipped_through_is_not_accepted(serve: Serve) -> None:
    """A draft that was started while the revocation committed finds no identity when it is handed in."""
    season: Season = await exam_season(serve)
    draft = await season.draft()
    async with season.service.database.transaction() as tx:
        await known_revoked_people.insert(tx, draft.person.id, 9, "fraud", season.clock.now())
    assert (await season.submit(draft)).code == "identity_required"
    assert await season.state_of(draft) == "draft"


@pytest.mark.requirement("A17")
async def test_the_network_is_told_of_another_channel(serve: Serve) -> None:
    """Who chose the military channel for an exam year is exempt in that year only, by right name and number only; taken
    back, there is nothing; an older event changes nothing."""
    year = await exam_year(serve)
    person, number, name = new_id(), document_no(77), "军医试"
    await choose(year.service, person, name, number, aggregate_version=3)
    answer = (await ask(year, number, name)).body
    assert (answer["status"], set(answer)) == ("exempt_channel", set(NOTHING))
    assert (answer["record_version"], answer["institution_name"]) == (3, None)
    assert (await ask(year, number, "别人")).body == NOTHING
    assert (await ask(year, number, name, exam_year=YEAR + 1)).body == NOTHING
    await choose(year.service, person, name, number, aggregate_version=2, state="withdrawn")
    assert (await ask(year, number, name)).body["status"] == "exempt_channel"
    await choose(year.service, person, name, number, aggregate_version=4, state="withdrawn")
    assert (await ask(year, number, name)).body == NOTHING


@pytest.mark.requirement("A17", "V24")
async def test_another_channel_is_told_within_the_jurisdiction_only(serve: Serve) -> None:
    """Who chose the other channel and has a declaration is exempt for clients of the declaration's zone and site, and
    nobody for those of another site; without a declaration for all."""
    year = await exam_year(serve)
    declared, alone = await year.declare("draft"), await year.person()
    for one in (declared, alone):
        await choose(year.service, one.person_id, one.name, one.document_no)
    for scope, status in (
        (year.zone_id, "exempt_channel"),
        (year.site_id, "exempt_channel"),
        (year.other_site_id, "none"),
        (None, "exempt_channel"),
    ):
        for one, expected in ((declared, status), (alone, "exempt_channel")):
            client = year.service.caller("national_network_client", scope_id=scope)
            question = {"document_type": "resident_id", "document_no": one.document_no, "name": one.name}
            assert (await year.asked(question | {"exam_year": YEAR}, client)).body["status"] == expected


@pytest.mark.requirement("A17", "C7")
async def test_nobody_is_exempted_by_somebody_else(serve: Serve) -> None:
    """What a stranger says of a number counts for nothing once its holder proved to hold it; a declaration that was
    decided is told as it is."""
    year = await exam_year(serve)
    declared, other = await year.declare("filed"), await year.person()
    await choose(year.service, new_id(), other.name, other.document_no)
    assert (await ask(year, other.document_no, other.name)).body == NOTHING
    await choose(year.service, declared.person_id, declared.name, declared.document_no)
    assert (await ask(year, declared.document_no, declared.name)).body["status"] == "filed"


@pytest.mark.requirement("A17")
async def test_who_declares_elsewhere_starts_nothing_here(serve: Serve) -> None:
    """A person who chose another channel is refused with the way back; after taking the choice back it works."""
    season = await exam_season(serve)
    person = await season.has_person()
    await choose(season.service, person.id, person.name, person.document_no, aggregate_version=2)
    refused = await season.start(person)
    assert (refused.status, refused.code) == (409, "exempt_channel_chosen")
    assert await season.count("SELECT count(*) FROM declaration") == 0
    await choose(season.service, person.id, person.name, person.document_no, aggregate_version=3, state="withdrawn")
    assert (await season.start(person)).status == 201


@pytest.mark.requirement("V32")
async def test_the_true_holder_is_found_after_a_fraud(serve: Serve) -> None:
    """When a fraud held a document first, the network is told of the true holder's declaration, not of the fraud's."""
    year = await exam_year(serve)
    fraud = await year.declare("approved")
    await revoke(year.service, fraud.person_id)
    honest = await year.declare("approved", person=await year.person(document=fraud.document_no))
    assert (await ask(year, honest.document_no, honest.name)).body["status"] == "approved"


@pytest.mark.requirement("M11", "V25")
async def test_a_filed_one_leaves_its_list_with_the_person(serve: Serve) -> None:
    """Revoked with the verification after filing: the line is history, so that lists and declarations do not disagree;
    a line that stays alive is named."""
    year = await exam_year(serve)
    (fallen, other, _), _ = await filed(year)
    await revoke(year.service, fallen.person_id)
    assert await state_of(year, fallen) == "revoked"
    assert await shown(year) == []
    async with year.service.database.read() as reader:
        rows = await reader.fetch("SELECT declaration_id FROM list_line WHERE live")
    assert other.id in {row["declaration_id"] for row in rows}
    assert len(rows) == 2
    await change(year, "UPDATE list_line SET live = true WHERE declaration_id = $1", fallen.id)
    assert await shown(year) == [("line_not_approved", await number_of(year, fallen))]
