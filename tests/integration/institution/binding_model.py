"""The life of bindings as a model (4.3), played against the running service: people and institutions do anything at any
moment, and the service must answer and stand exactly as the model says."""

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from services.institution.domain.institution_life import InstitutionEvent
from services.institution.storage import institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.declaration import DeclarationEvent
from shared.ids import new_id
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller

T = TypeVar("T")
YEAR_ENDS = datetime(2027, 9, 1, tzinfo=SHANGHAI)


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


class BindingModel(RuleBasedStateMachine):
    """Two people, two institutions; the test sets the class variables."""

    library: Library
    loop: asyncio.AbstractEventLoop
    begins_at: datetime
    answered: int = 0
    """How many answers were compared with the model, over all runs."""

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
        BindingModel.answered += 1
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

    # -- what follows from what

    async def institution_is_moved(self, institution_id: UUID, event: InstitutionEvent) -> None:
        """Its exam body moves it, as whoever has the right to makes it."""
        async with self.library.service.database.transaction() as tx:
            before = await institutions.lock(tx, institution_id, institution_id)
            now = self.library.clock.now()
            await move_institution(tx, before, event, actor=SYSTEM, now=now, action=f"institution.{event}")

    def bindings_follow(self) -> None:
        """Active bindings freeze with their institution, frozen ones thaw."""
        for person in self.people:
            state = self.units[person.at].state
            if person.state == "active" and state != "active":
                self.stepped(person, "frozen")
            elif person.state == "frozen" and state == "active":
                self.stepped(person, "active")

    def tell(self, person: Person, kind: type[DeclarationEvent], at: int, state: str, **more: Any) -> None:
        """The declaration service tells of a step."""
        person.declaration_version += 1
        person.declared_at, person.declared = at, state
        event = self.library.declaration(
            kind, person.declaration_id, person.id, self.units[at].hospital, person.declaration_version, **more
        )
        self.do(self.library.service.deliver(event))

    # -- what must always hold

    def history(self, person: Person) -> list[dict[str, Any]]:
        """All bindings and requests of a person, newest first, as the person sees them."""
        answer = self.do(self.candidate(person).get("/bindings?limit=100"))
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    @invariant()
    def stands_as_the_model_says(self) -> None:
        """The last binding, the one in force, and a history whose intervals follow one another without overlap."""
        for person in getattr(self, "people", ()):
            history = self.history(person)
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
