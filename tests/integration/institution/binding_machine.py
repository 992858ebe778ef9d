"""The life of bindings as a model (4.3), played against the running service: people and institutions do anything at any
moment, and the service must answer and stand exactly as the model says."""

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from

from services.institution.domain.institution_life import InstitutionEvent
from services.institution.scheduled.bindings import expire, follow, settle
from services.institution.storage import institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
)
from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId, new_id
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller

T = TypeVar("T")
PEOPLE, UNITS = integers(0, 1), integers(0, 1)
YEAR_ENDS = datetime(2027, 9, 1, tzinfo=SHANGHAI)
DECIDED: dict[str, tuple[type[DeclarationEvent], dict[str, Any]]] = {
    "approved": (DeclarationApproved, {}),
    "returned": (DeclarationReturned, {"reason_codes": ["other"]}),
    "withdrawn": (DeclarationWithdrawn, {}),
}


@dataclass
class Unit:
    """An institution and the state it is in."""

    hospital: Hospital
    code: str
    state: str = "active"


@dataclass
class Person:
    """What the model says of one person: the last binding, what was declared, and how many bindings there were."""

    id: UUID
    state: str = "none"
    at: int = 0
    binding_id: str = ""
    version: int = 0
    bindings: int = 0
    revoked: bool = False
    requested: list[datetime] = field(default_factory=list)
    declaration_id: UUID = field(default_factory=new_id)
    declared_at: int | None = None
    declared: str = "closed"
    declaration_version: int = 1

    @property
    def is_bound(self) -> bool:
        """Whether a binding is in force."""
        return self.state in ("active", "frozen")


class BindingMachine(RuleBasedStateMachine):
    """Two people, two institutions; the test sets the class variables."""

    library: Library
    loop: asyncio.AbstractEventLoop
    begins_at: datetime

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run in the loop in which the service runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    @initialize()
    def begin(self) -> None:
        """The same day again, two verified people and two active institutions."""
        self.library.clock.advance(self.begins_at - self.library.clock.now())
        self.units = [self.do(self._unit()) for _ in range(2)]
        self.people = [Person(self.do(self.library.person())[0]) for _ in range(2)]

    async def _unit(self) -> Unit:
        hospital = await self.library.hospital()
        owner = self.library.staff("institution_owner", hospital.id)
        shown = await owner.get(f"/institutions/{hospital.id}/confirmation-code")
        return Unit(hospital, str(shown.body["code"]))

    # -- who speaks, and what must come back

    def candidate(self, person: Person) -> Caller:
        """With a token of this moment."""
        return self.library.service.caller("candidate", id=person.id)

    def console(self, person: Person, action: str, body: Any = None) -> Answer:
        """The unit of the last binding acts on it."""
        unit = self.units[person.at].hospital.id
        admin = self.library.staff("institution_business_admin", unit)
        path = f"/institutions/{unit}/bindings/{person.binding_id}/{action}"
        return self.do(admin.post(path, body, version=person.version))

    def expect(self, answer: Answer, refusal: str | None) -> bool:
        """Whether it was done; fails when the model says otherwise."""
        assert answer.code == (refusal or ""), (answer.status, answer.body, refusal)
        assert (answer.status < 300) == (refusal is None)
        return refusal is None

    def guard(self, person: Person, at: int) -> str | None:
        """What a declaration says against leaving a unit."""
        if person.declared_at != at or self.library.clock.now() >= YEAR_ENDS:
            return None
        return {"submitted": "declaration_under_review", "approved": "declaration_approved_or_filed"}.get(
            person.declared
        )

    def became(self, person: Person, answer: Answer, at: int, state: str) -> None:
        """A new binding or request is the person's last one."""
        person.state, person.at, person.binding_id, person.version = state, at, answer.body["id"], 1
        person.bindings += 1

    def stepped(self, person: Person, state: str) -> None:
        """The last binding went one step on."""
        person.state, person.version = state, person.version + 1

    # -- people

    @rule(p=PEOPLE, u=UNITS)
    def bind_with_code(self, p: int, u: int) -> None:
        """none -> active; a request gives way to the code."""
        person, unit = self.people[p], self.units[u]
        entry = {"institution_id": str(unit.hospital.id), "code": unit.code}
        answer = self.do(self.candidate(person).post("/bindings", entry))
        refusal = None
        if person.revoked:
            refusal = "identity_revoked"
        elif person.is_bound:
            refusal = "already_bound"
        elif unit.state != "active":
            refusal = "institution_not_active"
        if self.expect(answer, refusal):
            self.became(person, answer, u, "active")

    @rule(p=PEOPLE, u=UNITS)
    def request_without_code(self, p: int, u: int) -> None:
        """none -> pending, one at a time, five a day."""
        person, unit = self.people[p], self.units[u]
        body, now = {"institution_id": str(unit.hospital.id)}, self.library.clock.now()
        answer = self.do(self.candidate(person).post("/binding-requests", body))
        refusal = None
        if person.revoked:
            refusal = "identity_revoked"
        elif unit.state != "active":
            refusal = "institution_not_active"
        elif person.is_bound:
            refusal = "already_bound"
        elif sum(at > now - timedelta(days=1) for at in person.requested) >= 5:
            refusal = "too_many_binding_requests"
        elif person.state == "pending":
            refusal = "request_pending"
        if self.expect(answer, refusal):
            person.requested.append(now)
            self.became(person, answer, u, "pending")

    @precondition(lambda self: any(one.bindings for one in self.people))
    @rule(p=PEOPLE)
    def unbind_or_cancel(self, p: int) -> None:
        """active, frozen -> ended unless declared; pending -> ended; ended stays."""
        person = self.people[p]
        if not person.bindings:
            return
        path = f"/bindings/{person.binding_id}/end"
        answer = self.do(self.candidate(person).post(path, version=person.version))
        refusal = self.guard(person, person.at) if person.is_bound else None
        if person.state == "ended":
            refusal = "binding_ended"
        if self.expect(answer, refusal):
            self.stepped(person, "ended")

    @rule(p=PEOPLE, u=UNITS)
    def change_unit(self, p: int, u: int) -> None:
        """active, frozen -> ended and a new active one, by the same guard and the code of the new unit."""
        person, unit = self.people[p], self.units[u]
        entry = {"institution_id": str(unit.hospital.id), "code": unit.code}
        answer = self.do(self.candidate(person).post("/bindings/change", entry))
        refusal: str | None
        if person.revoked:
            refusal = "identity_revoked"
        elif not person.is_bound:
            refusal = "not_bound"
        elif person.at == u:
            refusal = "same_institution"
        else:
            refusal = self.guard(person, person.at) or (None if unit.state == "active" else "institution_not_active")
        if self.expect(answer, refusal):
            self.became(person, answer, u, "active")

    # -- institutions

    @precondition(lambda self: any(one.bindings for one in self.people))
    @rule(p=PEOPLE, action=sampled_from(["confirmation", "refusal", "release"]))
    def decide_in_the_console(self, p: int, action: str) -> None:
        """pending -> active or ended; active, frozen -> ended unless declared."""
        person = self.people[p]
        if not person.bindings:
            return
        body = {"refusal": {"reason": "not_our_staff"}, "release": {"reason": "已离开本单位"}}.get(action)
        answer, refusal = self.console(person, action, body), None
        if action == "release":
            refusal = self.guard(person, person.at) if person.is_bound else "binding_ended"
        elif person.state != "pending":
            refusal = "binding_not_pending"
        elif action == "confirmation" and self.units[person.at].state != "active":
            refusal = "institution_not_active"
        if self.expect(answer, refusal):
            self.stepped(person, "active" if action == "confirmation" else "ended")

    @rule(u=UNITS)
    def rotate_code(self, u: int) -> None:
        """A new code ends nothing."""
        unit = self.units[u]
        owner = self.library.staff("institution_owner", unit.hospital.id)
        answer = self.do(owner.post(f"/institutions/{unit.hospital.id}/confirmation-code/rotation", {}))
        if unit.state != "active":
            self.expect(answer, "institution_not_active")
            return
        assert answer.status == 201, answer.body
        unit.code = answer.body["code"]

    @rule(u=UNITS, event=sampled_from(["suspend", "suspend", "resume", "resume", "close"]))
    def institution_moves(self, u: int, event: InstitutionEvent) -> None:
        """Its exam body suspends, resumes or closes it; the bindings follow: active <-> frozen."""
        unit = self.units[u]
        sources = {"suspend": ("active",), "resume": ("suspended",), "close": ("active", "suspended")}
        if unit.state not in sources[event]:
            return
        self.do(self._move(unit.hospital.id, event))
        unit.state = {"suspend": "suspended", "resume": "active", "close": "closed"}[event]
        self.do(follow(self.library.service.deps))
        self._bindings_follow()

    async def _move(self, institution_id: UUID, event: InstitutionEvent) -> None:
        async with self.library.service.database.transaction() as tx:
            before = await institutions.lock(tx, institution_id, institution_id)
            now = self.library.clock.now()
            await move_institution(tx, before, event, actor=SYSTEM, now=now, action=f"institution.{event}")

    def _bindings_follow(self) -> None:
        for person in self.people:
            state = self.units[person.at].state
            if person.state == "active" and state != "active":
                self.stepped(person, "frozen")
            elif person.state == "frozen" and state == "active":
                self.stepped(person, "active")

    # -- declarations, revocations, time

    @rule(p=PEOPLE, late=sampled_from([False, True]))
    def declare(self, p: int, late: bool) -> None:
        """Handed in where the person is bound; or, heard of late, where the person was bound until a moment ago: then
        the end is taken back, unless the person is bound there."""
        person = self.people[p]
        wanted = ("ended",) if late else ("active",)
        if person.declared != "closed" or person.revoked or person.state not in wanted or not person.bindings:
            return
        history = self._history(person)
        if late and not history[0]["bound_at"]:
            return
        self._tell(person, DeclarationSubmitted, person.at, "submitted")
        self.library.clock.advance(timedelta(seconds=3))
        self.do(settle(self.library.service.deps))
        if late and self.library.clock.now() < YEAR_ENDS and history[0]["end_event"] in ("unbind", "release"):
            (current, *_) = self._history(person)
            assert current["since"] == history[0]["since"]
            person.state, person.binding_id, person.version = "active", current["id"], 1
            person.bindings += 1
            self.do(follow(self.library.service.deps))
            self._bindings_follow()

    @rule(p=PEOPLE, outcome=sampled_from(sorted(DECIDED)))
    def decide_on_declaration(self, p: int, outcome: str) -> None:
        """Approved goes on holding; returned and withdrawn let go."""
        person = self.people[p]
        if person.declared_at is None or person.declared != "submitted":
            return
        kind, more = DECIDED[outcome]
        self._tell(person, kind, person.declared_at, "approved" if outcome == "approved" else "closed", **more)

    def _tell(self, person: Person, kind: type[DeclarationEvent], at: int, state: str, **more: Any) -> None:
        person.declaration_version += 1
        person.declared_at, person.declared = at, state
        event = self.library.declaration(
            kind, person.declaration_id, person.id, self.units[at].hospital, person.declaration_version, **more
        )
        self.do(self.library.service.deliver(event))

    @rule(p=PEOPLE, once=integers(0, 5))
    def revoke(self, p: int, once: int) -> None:
        """Seldom: the verification is taken away, and whatever is open ends."""
        person = self.people[p]
        if person.revoked or once:
            return
        now = self.library.clock.now()
        event = PersonRevoked(
            occurred_at=now, aggregate_version=9, person_id=PersonId(person.id), reason_code="fraud", revoked_at=now
        )
        self.do(self.library.service.deliver(event))
        person.revoked = True
        if person.state in ("pending", "active", "frozen"):
            self.stepped(person, "ended")

    @rule(days=sampled_from([0, 1, 15]))
    def time_passes(self, days: int) -> None:
        """Requests nobody decided on for two weeks expire."""
        self.library.clock.advance(timedelta(days=days, minutes=1))
        self.do(expire(self.library.service.deps))
        for person in self.people:
            if person.state == "pending" and person.requested[-1] <= self.library.clock.now() - timedelta(days=14):
                self.stepped(person, "ended")

    # -- what must always hold

    def _history(self, person: Person) -> list[dict[str, Any]]:
        answer = self.do(self.candidate(person).get("/bindings?limit=100"))
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    @invariant()
    def stands_as_the_model_says(self) -> None:
        """The last binding, the one in force, and a history whose intervals follow one another without overlap."""
        for person in getattr(self, "people", ()):
            history = self._history(person)
            assert len(history) == person.bindings
            if history:
                last = history[0]
                assert (last["id"], last["state"], last["version"]) == (
                    person.binding_id,
                    person.state,
                    person.version,
                )
                assert last["institution_id"] == str(self.units[person.at].hospital.id)
            in_force = [one for one in history if one["state"] in ("active", "frozen")]
            assert len(in_force) == int(person.is_bound)
            lived = [one for one in reversed(history) if one["bound_at"]]
            for before, after in itertools.pairwise(lived):
                assert before["ended_at"] is not None
                assert datetime.fromisoformat(before["ended_at"]) <= datetime.fromisoformat(after["bound_at"])
