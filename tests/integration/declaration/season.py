"""An exam year that is open for declarations: units with rosters, people with bindings, all invented, all arranged
through events and the public API."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import SHANGHAI, FrozenClock
from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.contracts.institution import BindingChanged, InstitutionChanged, SupervisorChanged
from shared.ids import BindingId, ExamBodyId, InstitutionId, PersonId, SupervisorId, new_id
from shared.masking import mask_document_no, mask_name
from shared.security.sealing import seal_for_event
from tests.integration.declaration.forms import Unit, complete_content, document_no, picture
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

YEAR = 2027
NOW = datetime(2026, 12, 20, 10, 0, tzinfo=SHANGHAI)


@dataclass(slots=True)
class Person:
    """A verified, bound candidate and what he or she can do."""

    id: UUID
    name: str
    document_no: str
    binding_id: UUID
    binding_version: int
    api: Caller


@dataclass(slots=True)
class Draft:
    """A declaration on its way, at the version last seen."""

    id: str
    version: int
    person: Person

    @property
    def path(self) -> str:
        """Below /v1."""
        return f"/declarations/{self.id}"


@dataclass(slots=True)
class Season:
    """The arrangement of a test and its callers."""

    service: ServiceUnderTest
    clock: FrozenClock
    cycle_id: str = ""
    unit: Unit = field(default_factory=lambda: Unit(new_id(), "", new_id()))
    people: list[Person] = field(default_factory=list)
    _serial: int = 0

    def later(self, by: timedelta) -> None:
        """Let time pass; candidates log in again."""
        self.clock.advance(by)
        for person in self.people:
            person.api = self.service.caller("candidate", id=person.id)

    @property
    def zone(self) -> Caller:
        """The zone's admin."""
        return self.service.caller("zone_admin", scope_id=new_id())

    def reviewer(self, unit: Unit | None = None, *, id: UUID | None = None, person_id: UUID | None = None) -> Caller:
        """A business admin of a unit."""
        scope = (unit or self.unit).id
        return self.service.caller("institution_business_admin", id=id, scope_id=scope, person_id=person_id)

    async def open_cycle(self) -> None:
        """Create and open the year with the default calendar."""
        created = await self.zone.post("/cycles", {"year": YEAR})
        assert created.status == 201, created.body
        self.cycle_id = created.body["id"]
        opened = await self.zone.post(f"/cycles/{self.cycle_id}/opening")
        assert opened.body["state"] == "declaration_open", opened.body

    async def has_unit(self, name: str, **more: Any) -> Unit:
        """An active institution with a clinical supervisor."""
        unit = Unit(new_id(), name, new_id())
        await self.institution_is(unit, version=1, **more)
        await self.supervisor_is(unit, version=1)
        return unit

    async def institution_is(
        self,
        unit: Unit,
        *,
        version: int,
        state: str = "active",
        complete: bool = True,
        licence_to: date | None = None,
        path: Sequence[UUID] = (),
    ) -> None:
        """Deliver the institution's state; `path` leads from the zone to the body that it files with."""
        bodies = [ExamBodyId(one) for one in path or (new_id(),)]
        await self.service.deliver(
            InstitutionChanged(
                occurred_at=self.clock.now(),
                aggregate_version=version,
                institution_id=InstitutionId(unit.id),
                state=state,
                name=unit.name,
                credit_code=None,
                registration_no="PDY000000420106A1001",
                institution_type="general_hospital",
                grade="三级甲等",
                division_code="420106",
                address="江城市试验路 1 号",
                filing_body_id=bodies[-1],
                filing_body_path=bodies,
                licence_valid_from=date(2020, 1, 1),
                licence_valid_to=licence_to or date(2035, 1, 1),
                profile_complete=complete,
            )
        )

    async def supervisor_is(
        self, unit: Unit, *, version: int, number: str = "110420106000123", active: bool = True, category: str = "110"
    ) -> None:
        """Deliver the state of the unit's supervisor."""
        place = f"{SupervisorChanged.TYPE}.{{}}:{unit.supervisor_id}".format
        keyring = self.service.keyring
        await self.service.deliver(
            SupervisorChanged(
                occurred_at=self.clock.now(),
                aggregate_version=version,
                supervisor_id=SupervisorId(unit.supervisor_id),
                institution_id=InstitutionId(unit.id),
                name=seal_for_event(keyring, "person", place("name"), "顾维安"),
                practising_certificate_no=seal_for_event(keyring, "person", place("practising_certificate_no"), number),
                category_code=category,
                multi_site=False,
                active=active,
            )
        )

    async def has_person(self, unit: Unit | None = None, *, bound: bool = True) -> Person:
        """A verified person, bound to a unit."""
        self._serial += 1
        name, number = f"申报{'一二三四五六七八九'[self._serial % 9]}", document_no(self._serial)
        person = Person(new_id(), name, number, new_id(), 0, self.service.anonymous())
        person.api = self.service.caller("candidate", id=person.id)
        self.people.append(person)
        identity = PersonIdentity(
            name=name,
            document_type="resident_id",
            document_no=number,
            sex="1",
            birth_date=f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
            ethnicity_code="01",
        )
        place = f"{PersonVerified.TYPE}.identity:{person.id}"
        await self.service.deliver(
            PersonVerified(
                occurred_at=self.clock.now(),
                aggregate_version=1,
                person_id=PersonId(person.id),
                method="auto",
                identity=seal_for_event(self.service.keyring, "person", place, identity.model_dump_json()),
                name_masked=mask_name(name),
                document_type="resident_id",
                document_no_masked=mask_document_no(number),
                verified_at=self.clock.now(),
            )
        )
        if bound:
            await self.binds(person, unit or self.unit)
        return person

    async def binds(self, person: Person, unit: Unit, state: Any = "active", started_on: date | None = None) -> None:
        """Deliver a binding of the person."""
        person.binding_version += 1
        await self.service.deliver(
            BindingChanged(
                occurred_at=self.clock.now(),
                aggregate_version=person.binding_version,
                binding_id=BindingId(person.binding_id),
                person_id=PersonId(person.id),
                institution_id=InstitutionId(unit.id),
                institution_name=unit.name,
                state=state,
                bound_at=self.clock.now(),
                ended_at=None if state != "ended" else self.clock.now(),
                probation_started_on=started_on,
                probation_recorded_at=None if started_on is None else self.clock.now(),
            )
        )

    async def draft(self, person: Person | None = None, content: dict[str, Any] | None = None) -> Draft:
        """A draft with content and diploma, ready to submit unless `content` says otherwise."""
        someone = person or await self.has_person()
        started = await self.start(someone)
        assert started.status == 201, started.body
        draft = Draft(started.body["id"], started.body["version"], someone)
        await self.save(draft, content or complete_content(self.unit))
        await self.attach(draft, "diploma")
        return draft

    async def entered(self, person: Person | None = None, content: dict[str, Any] | None = None, **by: Any) -> Draft:
        """A record that the unit entered for a bound person; `by` says which account did."""
        someone = person or await self.has_person()
        made = await self.enter(someone, content, **by)
        assert made.status == 201, made.body
        return Draft(made.body["declaration_id"], made.body["version"], someone)

    async def enter(self, person: Person, content: dict[str, Any] | None = None, **by: Any) -> Answer:
        """POST /institution-entries, as an account of the unit."""
        body = {
            "person_id": str(person.id),
            "cycle_id": self.cycle_id,
            "exam_level": "licensed_physician",
            "exam_category_code": "110",
            "content": content or complete_content(self.unit),
        }
        return await self.reviewer(**by).post("/institution-entries", body)

    async def start(self, person: Person, code: str = "110", level: str = "licensed_physician") -> Answer:
        """POST /declarations."""
        body = {"cycle_id": self.cycle_id, "exam_level": level, "exam_category_code": code}
        return await person.api.post("/declarations", body)

    async def save(self, draft: Draft, content: dict[str, Any]) -> Answer:
        """PUT the content; the draft moves to the new version."""
        saved = await draft.person.api.put(f"{draft.path}/content", content, version=draft.version)
        if saved.status == 200:
            draft.version = saved.body["version"]
        return saved

    async def attach(self, draft: Draft, kind: str, period_id: str | None = None) -> Answer:
        """Upload a file; the draft moves to the new version."""
        more = f"&period_id={period_id}" if period_id else ""
        path = f"{draft.path}/files?kind={kind}&file_name=scan.jpg{more}"
        stored = await draft.person.api.post(path, data=picture(), headers={"Content-Type": "image/jpeg"})
        if stored.status == 201:
            draft.version = stored.body["version"]
        return stored

    async def submit(self, draft: Draft, **more: Any) -> Answer:
        """Submit with the current notice accepted; the draft moves to the new version."""
        body = {"notice_version": 1, "accepted": True}
        done = await draft.person.api.post(f"{draft.path}/submission", body, version=draft.version, **more)
        if done.status == 201:
            draft.version = done.body["version"]
        return done

    async def submitted(self, person: Person | None = None, content: dict[str, Any] | None = None) -> Draft:
        """A declaration that waits for its unit."""
        draft = await self.draft(person, content)
        done = await self.submit(draft)
        assert done.status == 201, done.body
        return draft

    async def decide(self, draft: Draft, step: str, body: Any = None, by: Caller | None = None) -> Answer:
        """A step of a reviewer; the draft moves to the new version."""
        done = await (by or self.reviewer()).post(f"/reviews/{draft.id}/{step}", body, version=draft.version)
        if done.status == 200:
            draft.version = done.body["version"]
        return done

    async def state_of(self, draft: Draft) -> str:
        """As the candidate sees it."""
        return str((await draft.person.api.get(draft.path)).body["declaration"]["state"])

    async def count(self, query: str, *arguments: object) -> int:
        """A number out of the database."""
        async with self.service.database.read() as reader:
            return int(await reader.fetchval(query, *arguments))


async def exam_season(serve: Serve, **settings: str) -> Season:
    """A running service with an open year and one unit."""
    clock = FrozenClock(NOW)
    season = Season(await serve("declaration", clock, **settings), clock)
    await season.open_cycle()
    season.unit = await season.has_unit("江城试验医院")
    return season


async def together(*calls: Any) -> list[Answer]:
    """Start all at once, wait for all."""
    return list(await asyncio.gather(*calls))
