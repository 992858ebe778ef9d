"""Masked by default: who may see a name or number in full, for which reason, and that it is recorded (V55)."""

from collections import Counter
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from services.identity.api.routes import ROUTES
from shared.actor import Actor, ActorKind, Role
from shared.ids import new_id
from tests.integration.identity.cards import claim, decide, take, with_photos
from tests.integration.identity.people import candidate, phone_number, resident_number, some_morning
from tests.integration.identity.test_manual_review import audited
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

NAME = "欧阳金丝雀"
ENTITLED = {"identity_reviewer", "zone_admin", "auditor"}
ROLES = sorted(set(get_args(Role)) - {"system", "anonymous"})
WANTED = {"fields": ["name", "document_no", "phone"], "reason": "identity_dispute", "case_no": "JC-2027-001"}


async def canary(service: ServiceUnderTest) -> tuple[Caller, str]:
    """A verified person, and the id."""
    caller = await with_photos(service, phone_number(1))
    await claim(caller, NAME, resident_number(1))
    assert await decide(service, await take(service), None) == "verified"
    return caller, (await caller.get("/me")).body["person_id"]


async def reveal(caller: Caller, person: str, **changed: Any) -> Answer:
    """Ask for everything."""
    return await caller.post(f"/persons/{person}/revelations", WANTED | changed)


async def acting(service: ServiceUnderTest, role: Role, person_id: UUID | None = None) -> Caller:
    """Calls as `role`, with a token of the service itself: it trusts no other once it has logged somebody in."""
    kinds: dict[str, ActorKind] = {"candidate": "candidate", "national_network_client": "client"}
    actor = Actor(kinds.get(role, "staff"), new_id(), role, new_id(), new_id(), person_id)
    now = service.clock.now()
    async with service.database.transaction() as tx:
        token, _ = await service.deps.access.issue(tx, actor, now, now + timedelta(minutes=10))
    return Caller(service.base, service.session, token)


@pytest.mark.requirement("V55")
async def test_revealing_needs_right_reason_and_leaves_a_trace(serve: Serve) -> None:
    """The three roles see what they name and no more, and each look is one audit entry that holds no value; all other
    roles are refused, and so is a request without a reason or with one of its own making."""
    service = await serve("identity", some_morning())
    _, person = await canary(service)
    for role in ROLES:
        staff = await acting(service, role)
        answer = await reveal(staff, person)
        if role not in ENTITLED:
            assert answer.status == 403, role
            continue
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        shown = (answer.body["name"], answer.body["document_no"], answer.body["phone"])
        assert shown == (NAME, resident_number(1), phone_number(1))
        only = (await reveal(staff, person, fields=["name"])).body
        assert (only["name"], only["document_no"], only["phone"]) == (NAME, None, None)
        wrongs: list[dict[str, Any]] = [{"reason": None}, {"reason": "curiosity"}, {"fields": []}, {"case_no": "王试"}]
        for wrong in wrongs:
            assert (await reveal(staff, person, **wrong)).status == 422
        assert (await reveal(staff, str(new_id()))).status == 404
    assert await audited(service, "person.reveal") == 2 * len(ENTITLED)
    async with service.database.read() as reader:
        entries = await reader.fetch("SELECT entry FROM audit_entry")
        kept = await reader.fetch("SELECT body FROM idempotency_key")
    for text in [row["entry"] for row in entries] + [row["body"].decode() for row in kept]:
        assert not any(value in text for value in (NAME, resident_number(1), phone_number(1)))


@pytest.mark.requirement("V55")
async def test_nobody_reveals_himself(serve: Serve) -> None:
    """Staff who are the person themselves use their own account for that."""
    service = await serve("identity", some_morning())
    _, person = await canary(service)
    own = await acting(service, "zone_admin", UUID(person))
    refused = await reveal(own, person)
    assert (refused.status, refused.code) == (403, "own_identity")


@pytest.mark.requirement("V55")
async def test_who_was_never_verified_has_a_phone_only(serve: Serve) -> None:
    """A name or number that was not verified is not revealed."""
    service = await serve("identity", some_morning())
    person = (await (await candidate(service, phone_number(1))).get("/me")).body["person_id"]
    staff = await acting(service, "auditor")
    assert (await reveal(staff, person)).status == 404
    assert (await reveal(staff, person, fields=["phone"])).body["phone"] == phone_number(1)


@pytest.mark.requirement("V55")
async def test_no_other_answer_shows_a_value_in_full(serve: Serve) -> None:
    """Every reading operation of the service, asked by every role and by the person: the values are in none of the
    answers."""
    service = await serve("identity", some_morning())
    own, person = await canary(service)
    callers = [own, *[await acting(service, role) for role in ROLES]]
    seen: Counter[str] = Counter()
    for route in ROUTES:
        if route.method != "GET":
            continue
        path = route.path.removeprefix("/v1").replace("{person_id}", person).replace("{side}", "front")
        for caller in callers:
            answer = await caller.get(path.replace("{export_id}", person))
            text = answer.body.decode("latin-1") if isinstance(answer.body, bytes) else str(answer.body)
            assert answer.status < 500
            assert not any(value in text for value in (NAME, resident_number(1), phone_number(1))), route.path
            seen[route.operation_id] += answer.status == 200
    assert (seen["get_me"], seen["get_sessions"], seen["get_verification_requests"]) == (1, len(ROLES), 1)
    shown = str((await own.get("/me")).body)
    assert "欧***雀" in shown
