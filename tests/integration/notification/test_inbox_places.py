"""The inbox by category, by thing and by title, with unread counts and links."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.declaration import DeclarationApproved, DeclarationFiled, DeclarationReturned, PriorRowUnanswered
from shared.contracts.declaration_evaluation import FullYearReminded
from shared.contracts.identity import VerificationFailed
from shared.ids import DeclarationId, EvaluationId, InstitutionId, PersonId, new_id
from tests.integration.notification.test_rule_table import Cast, fetch
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

UNIT = InstitutionId(new_id())


def told(service: ServiceUnderTest, kind: type[Any], person: PersonId, minute: int, **more: Any) -> Any:
    """An event about a person, so many minutes from now."""
    fields: dict[str, Any] = {
        "occurred_at": service.clock.now() + timedelta(minutes=minute),
        "aggregate_version": 1,
        "declaration_id": DeclarationId(new_id()),
        "person_id": person,
        "institution_id": UNIT,
        "institution_name": "江岸区虚构医院",
        "cycle_year": 2027,
        "number": "D2027-000001",
    } | more
    return kind(**{name: value for name, value in fields.items() if name in kind.model_fields})


async def inbox(service: ServiceUnderTest) -> tuple[Caller, DeclarationId]:
    """A candidate with four messages: two about one declaration, a failed check, and a reminder."""
    person, declaration = PersonId(new_id()), DeclarationId(new_id())
    await service.deliver(told(service, VerificationFailed, person, 0, reason_code="name_mismatch", attempts_left=2))
    returned = told(service, DeclarationReturned, person, 1, declaration_id=declaration, reason_codes=["period_wrong"])
    await service.deliver(returned)
    await service.deliver(told(service, DeclarationApproved, person, 2, declaration_id=declaration))
    reminded = told(
        service,
        FullYearReminded,
        person,
        3,
        evaluation_id=EvaluationId(new_id()),
        declaration_id=declaration,
        step=30,
        days=30,
    )
    await service.deliver(reminded)
    return service.caller("candidate", id=person), declaration


async def kinds(caller: Caller, query: str) -> list[str]:
    """What a filter shows, newest first."""
    answer = await caller.get(f"/messages?{query}")
    assert answer.status == 200, answer.body
    return [one["kind"] for one in answer.body["items"]]


async def test_messages_have_a_category_and_open_what_they_are_about(serve: Serve) -> None:
    """Each names its category and the thing to open by kind and id; nothing of a person stands there."""
    service = await serve("notification")
    candidate, declaration = await inbox(service)
    items = (await candidate.get("/messages")).body["items"]
    shown = {one["kind"]: (one["category"], one["link"]["kind"]) for one in items}
    assert shown["approved"] == ("declaration", "declaration")
    assert shown["verification_failed"] == ("account", "account")
    assert {one for one, _ in shown.values()} == {"account", "declaration", "deadlines"}
    approved = next(one for one in items if one["kind"] == "approved")
    assert approved["link"] == {"kind": "declaration", "id": str(declaration)}


@pytest.mark.requirement("P6", "V24")
async def test_an_exam_body_opens_the_unit_that_does_not_answer(serve: Serve) -> None:
    """The unit opens its own row; its exam body may read neither row nor declaration, and opens the unit. For the
    papers of a decision each message still says which declaration it is about."""
    service = await serve("notification")
    cast = await Cast(service).enter()
    event = cast.event("declaration.prior_row_unanswered.v1:escalated")
    assert isinstance(event, PriorRowUnanswered)
    await service.deliver(event)
    opened = {
        audience: [(await cast.newest(one, "zh"))["link"] for one in cast.audiences[audience]]
        for audience in ("institution_admins", "filing_body_staff")
    }
    assert opened["institution_admins"] == [{"kind": "prior_row", "id": str(event.period_id)}] * 2
    assert opened["filing_body_staff"] == [{"kind": "institution", "id": str(cast.unit)}] * 3
    rows = await fetch(service, "SELECT declaration_id FROM message WHERE event_id = $1", event.event_id)
    assert [row["declaration_id"] for row in rows] == [event.declaration_id] * 5


async def test_the_inbox_is_filtered_and_searched(serve: Serve) -> None:
    """By category, by thing, by part of a title in either language, and unread; wrong filters are refused."""
    service = await serve("notification")
    candidate, declaration = await inbox(service)
    assert await kinds(candidate, "category=account") == ["verification_failed"]
    assert await kinds(candidate, f"about={declaration}") == ["approved", "returned"]
    assert await kinds(candidate, "title=退回") == ["returned"]
    assert await kinds(candidate, "title=DECLARATION") == ["approved", "returned"]
    assert await kinds(candidate, "title=没有这样的标题") == []
    assert await kinds(candidate, "category=declaration&title=approved") == ["approved"]
    (message,) = (await candidate.get("/messages?title=approved")).body["items"]
    assert (await candidate.post(f"/messages/{message['id']}/reading")).status == 204
    assert await kinds(candidate, "category=declaration&unread=true") == ["returned"]
    for wrong in ("category=weather", "about=7", "title="):
        assert (await candidate.get(f"/messages?{wrong}")).status == 422
    stranger = service.caller("candidate")
    assert await kinds(stranger, f"about={declaration}") == []


async def test_filtered_pages_follow_one_another(serve: Serve) -> None:
    """With a filter, pages come without gap or repeat."""
    service = await serve("notification")
    person = PersonId(new_id())
    for minute in range(5):
        await service.deliver(told(service, DeclarationApproved, person, minute))
        await service.deliver(told(service, VerificationFailed, person, minute, reason_code="face", attempts_left=1))
    candidate = service.caller("candidate", id=person)
    ids: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await candidate.get(f"/messages?category=declaration&limit=2{cursor}")).body
        ids += [one["id"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert len(ids) == len(set(ids)) == 5
    assert cursor == "&cursor=None"


async def test_unread_messages_are_counted_by_category(serve: Serve) -> None:
    """Every category has its number and its name in the reader's language; reading a category leaves the others."""
    service = await serve("notification")
    candidate, _ = await inbox(service)

    async def counts() -> dict[str, int]:
        body = (await candidate.get("/messages/unread-count")).body
        found = {one["category"]: one["unread"] for one in body["categories"]}
        assert body["unread"] == sum(found.values())
        return {category: number for category, number in found.items() if number}

    assert await counts() == {"account": 1, "declaration": 2, "deadlines": 1}
    assert (await candidate.post("/messages/reading?category=declaration")).body == {"marked": 2}
    assert await counts() == {"account": 1, "deadlines": 1}
    assert (await candidate.post("/messages/reading")).body == {"marked": 2}
    assert await counts() == {}
    english = await candidate.call("GET", "/messages/unread-count", headers={"Accept-Language": "en"})
    assert english.body["categories"][0] == {"category": "account", "title": "Account and identity", "unread": 0}


@pytest.mark.requirement("M4")
async def test_old_code_writes_messages_without_a_place(serve: Serve) -> None:
    """A row written while the old version still runs shows under the rest, and opens nothing."""
    service = await serve("notification")
    person = PersonId(new_id())
    async with service.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO message (recipient_id, event_id, template_key, template_version, parameters, created_at)"
            " VALUES ($1, $2, 'person_verified', 1, '{}', $3)",
            person,
            new_id(),
            service.clock.now(),
        )
    (message,) = (await service.caller("candidate", id=person).get("/messages?category=other")).body["items"]
    assert (message["kind"], message["link"]) == ("person_verified", None)


async def test_a_filed_declaration_stands_with_the_declarations(serve: Serve) -> None:
    """What is told about a declaration stays together from the first day to the filing."""
    service = await serve("notification")
    person, declaration = PersonId(new_id()), DeclarationId(new_id())
    await service.deliver(told(service, DeclarationApproved, person, 0, declaration_id=declaration))
    await service.deliver(
        told(service, DeclarationFiled, person, 1, declaration_id=declaration, list_id=new_id(), provisional=False)
    )
    candidate = service.caller("candidate", id=person)
    assert await kinds(candidate, f"about={declaration}&category=declaration") == ["filed", "approved"]
