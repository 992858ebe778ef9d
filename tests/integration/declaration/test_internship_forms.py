"""Candidates from Hong Kong, Macau, Taiwan and abroad hand in the internship form of their own kind (A19)."""

import pytest

from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.ids import PersonId
from shared.security.sealing import seal_for_event
from tests.integration.declaration.season import Person, Season, exam_season
from tests.support.service_under_test import Serve


async def known_by(season: Season, person: Person, document_type: str, number: str) -> None:
    """Identity tells that the person was verified by another document."""
    said = PersonIdentity(
        name="试港生", document_type=document_type, document_no=number, sex="1", birth_date="1999-03-07"
    )
    place = f"{PersonVerified.TYPE}.identity:{person.id}"
    await season.service.deliver(
        PersonVerified(
            occurred_at=season.clock.now(),
            aggregate_version=2,
            person_id=PersonId(person.id),
            method="manual",
            identity=seal_for_event(season.service.keyring, "person", place, said.model_dump_json()),
            name_masked="试*生",
            document_type=document_type,
            document_no_masked="******63",
            verified_at=season.clock.now(),
        )
    )


@pytest.mark.requirement("A19", "A35")
@pytest.mark.parametrize(
    ("document_type", "number", "right", "wrong", "rule"),
    [
        ("hk_id", "A1234563", "internship_form", "foreign_internship_form", "D04"),
        ("hmt_residence_permit", "81000019920101003X", "internship_form", "foreign_internship_form", "D04"),
        ("passport", "E1234567", "foreign_internship_form", "internship_form", "D04F"),
        ("foreign_pr_card", "942840198501010016", "foreign_internship_form", "internship_form", "D04F"),
    ],
)
async def test_the_form_follows_nationality_and_region(
    serve: Serve, document_type: str, number: str, right: str, wrong: str, rule: str
) -> None:
    """Without a form, and with the form of the other kind, submission is refused by the rule; with the right one it is
    accepted."""
    season = await exam_season(serve)
    person = await season.has_person()
    await known_by(season, person, document_type, number)
    draft = await season.draft(person)
    for attached in (None, wrong):
        if attached is not None:
            assert (await season.attach(draft, attached)).status == 201
        refused = await season.submit(draft)
        assert (refused.status, [e["code"] for e in refused.body["errors"]]) == (422, [rule])
    assert (await season.attach(draft, right)).status == 201
    assert (await season.submit(draft)).status == 201
