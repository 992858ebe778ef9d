"""What people and institutions may do at any moment, played against the running service and the model of 4.3."""

from datetime import timedelta
from typing import Any

from hypothesis.stateful import precondition, rule
from hypothesis.strategies import integers, sampled_from

from services.institution.domain.institution_life import InstitutionEvent
from services.institution.scheduled.bindings import expire, follow, settle
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationEvent,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
)
from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId
from tests.integration.institution.binding_model import YEAR_ENDS, BindingModel, Person

PEOPLE, UNITS = integers(0, 1), integers(0, 1)
DECIDED: dict[str, tuple[type[DeclarationEvent], dict[str, Any]]] = {
    "approved": (DeclarationApproved, {}),
    "returned": (DeclarationReturned, {"reason_codes": ["other"]}),
    "withdrawn": (DeclarationWithdrawn, {}),
}


class BindingMachine(BindingModel):
    """One rule per way in which a binding may change."""

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
        if self.people[p].bindings:
            self._decide(self.people[p], action)

    @precondition(lambda self: any(one.state == "pending" for one in self.people))
    @rule(action=sampled_from(["confirmation", "confirmation", "refusal"]))
    def decide_on_who_waits(self, action: str) -> None:
        """pending -> active or ended."""
        self._decide(next(one for one in self.people if one.state == "pending"), action)

    def _decide(self, person: Person, action: str) -> None:
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
        self.do(self.institution_is_moved(unit.hospital.id, event))
        unit.state = {"suspend": "suspended", "resume": "active", "close": "closed"}[event]
        self.do(follow(self.library.service.deps))
        self.bindings_follow()

    # -- declarations, revocations, time

    @rule(p=PEOPLE, late=sampled_from([False, True]))
    def declare(self, p: int, late: bool) -> None:
        """Handed in where the person is bound; or, heard of late, where the person was bound until a moment ago: then
        the end is taken back, unless the person is bound there."""
        person = self.people[p]
        wanted = ("ended",) if late else ("active",)
        if person.declared != "closed" or person.revoked or person.state not in wanted or not person.bindings:
            return
        history = self.history(person)
        if late and not history[0]["bound_at"]:
            return
        self.tell(person, DeclarationSubmitted, person.at, "submitted")
        self.library.clock.advance(timedelta(seconds=3))
        self.do(settle(self.library.service.deps))
        if late and self.library.clock.now() < YEAR_ENDS and history[0]["end_event"] in ("unbind", "release"):
            (current, *_) = self.history(person)
            assert current["since"] == history[0]["since"]
            person.state, person.binding_id, person.version = "active", current["id"], 1
            person.bindings += 1
            self.do(follow(self.library.service.deps))
            self.bindings_follow()

    @rule(p=PEOPLE, outcome=sampled_from(sorted(DECIDED)))
    def decide_on_declaration(self, p: int, outcome: str) -> None:
        """Approved goes on holding; returned and withdrawn let go."""
        person = self.people[p]
        if person.declared_at is None or person.declared != "submitted":
            return
        kind, more = DECIDED[outcome]
        self.tell(person, kind, person.declared_at, "approved" if outcome == "approved" else "closed", **more)

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
