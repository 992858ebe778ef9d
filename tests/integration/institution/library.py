"""A library of institutions under test: the zone, and short ways to what most tests need first. All people invented."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.institution.commands.bootstrap import bootstrap_command
from services.institution.storage import exam_bodies
from shared.actor import Role
from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationEvent, DeclarationSubmitted
from shared.contracts.identity import PersonVerified
from shared.contracts.identity_staff import StaffChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest

ZONE = ["--zone-code", "42", "--zone-name", "湖北考区", "--admin-name", "甄考区", "--admin-phone", "13800000042"]
ADMIN = {"name": "贾管理", "phone": "13900000001"}
OWNER = {"name": "甄负责", "phone": "13900000002"}

PROFILE = {
    "legal_representative": "甄法人",
    "probation_officer": "贾试用",
    "probation_officer_phone": "027-87654321",
    "address": "湖北省武汉市虚构路1号",
    "credit_code": None,
    "registration_no": "PDY00001X42010211A1001",
    "licence_valid_from": "2020-01-01",
    "licence_valid_to": "2035-12-31",
    "grade": "3A",
    "ownership": "public",
    "departments": ["内科", "外科"],
    "physicians": {"110": 120, "120": 8},
}


@dataclass(frozen=True, slots=True)
class Hospital:
    """An institution with the callers that belong to it."""

    id: UUID
    owner_id: UUID
    owner: Caller
    business_admin: Caller


@dataclass(slots=True)
class Library:
    """The service with its zone."""

    service: ServiceUnderTest
    clock: FrozenClock
    zone_id: UUID
    zone: Caller
    _numbers: int = field(default=0)

    @classmethod
    async def open(cls, service: ServiceUnderTest, clock: FrozenClock) -> "Library":
        """Bootstrap the zone through the command."""
        assert await bootstrap_command(service.deps, ZONE) == 0
        async with service.database.read() as reader:
            zone = await exam_bodies.select_by_code(reader, "42")
        assert zone is not None
        return cls(service, clock, zone.id, service.caller("zone_admin", scope_id=zone.id))

    def number(self) -> int:
        """A number not used before in this library."""
        self._numbers += 1
        return self._numbers

    def staff(self, role: Role, scope_id: UUID) -> Caller:
        """A staff account of a node."""
        return self.service.caller(role, scope_id=scope_id)

    async def body(
        self, level: str, parent_id: UUID, divisions: list[str], *, by: Caller | None = None, code: str | None = None
    ) -> Answer:
        """Ask for an exam body."""
        number = self.number()
        content = {
            "name": f"虚构考试机构{number}",
            "level": level,
            "parent_id": str(parent_id),
            "code": code or f"T{number}",
            "division_codes": divisions,
            "admin": ADMIN,
        }
        return await (by or self.zone).post("/exam-bodies", content)

    async def body_id(self, level: str, parent_id: UUID, divisions: list[str]) -> UUID:
        """An exam body that exists afterwards."""
        answer = await self.body(level, parent_id, divisions)
        assert answer.status == 201, answer.body
        return UUID(answer.body["id"])

    async def issue(self, *, by: Caller | None = None, name: str | None = None, **more: Any) -> Answer:
        """Ask for an institution in 武汉江岸区."""
        content = {
            "name": name or f"虚构第{self.number()}医院",
            "division_code": "420102",
            "institution_type": "general_hospital",
            "owner": OWNER,
            **more,
        }
        return await (by or self.zone).post("/institutions", content)

    async def issued(self, **more: Any) -> Hospital:
        """An institution whose owner has not accepted yet."""
        answer = await self.issue(**more)
        assert answer.status == 201, answer.body
        return self.hospital_of(UUID(answer.body["id"]))

    def hospital_of(self, scope: UUID) -> Hospital:
        """An institution with people who work there."""
        owner_id = new_id()
        owner = self.service.caller("institution_owner", id=owner_id, scope_id=scope)
        return Hospital(scope, owner_id, owner, self.staff("institution_business_admin", scope))

    async def accept(self, hospital: Hospital, *, version: int = 2) -> None:
        """The owner accepts account and responsibility, as identity tells it."""
        await self.service.deliver(self.staff_changed(hospital, version=version))

    def staff_changed(
        self, hospital: Hospital, *, version: int = 2, state: Any = "active", invited_until: datetime | None = None
    ) -> StaffChanged:
        """The owner's account as identity tells it."""
        keyring, now = self.service.keyring, self.clock.now()

        def sealed(part: str, value: str) -> str:
            return seal_for_event(keyring, "contact", f"{StaffChanged.TYPE}.{part}:{hospital.owner_id}", value)

        return StaffChanged(
            occurred_at=now,
            aggregate_version=version,
            staff_id=StaffId(hospital.owner_id),
            role="institution_owner",
            scope_kind="institution",
            scope_id=hospital.id,
            state=state,
            name=sealed("name", OWNER["name"]),
            phone=sealed("phone", OWNER["phone"]),
            responsibility_accepted_at=None if state == "invited" else now,
            invited_until=invited_until,
        )

    def profile(self) -> dict[str, Any]:
        """A complete profile with a licence number of its own."""
        return {**PROFILE, "registration_no": f"PDY{self.number():05}X42010211A1001"}

    async def hospital(self, **more: Any) -> Hospital:
        """An active institution."""
        hospital = await self.issued(**more)
        await self.accept(hospital)
        answer = await hospital.owner.put(f"/institutions/{hospital.id}/profile", self.profile(), version=2)
        assert answer.status == 200, answer.body
        assert answer.body["state"] == "active"
        return hospital

    async def code_of(self, hospital: Hospital) -> str:
        """What the owner sees as confirmation code."""
        answer = await hospital.owner.get(f"/institutions/{hospital.id}/confirmation-code")
        assert answer.status == 200, answer.body
        return str(answer.body["code"])

    async def person(self, name_masked: str = "张*三") -> tuple[UUID, Caller]:
        """A verified person, as identity told of him or her."""
        person_id = new_id()
        await self.service.deliver(self.person_verified(person_id, name_masked))
        return person_id, self.service.caller("candidate", id=person_id)

    def person_verified(self, person_id: UUID, name_masked: str, version: int = 1) -> PersonVerified:
        """The news of a verification."""
        place = f"{PersonVerified.TYPE}.identity:{person_id}"
        return PersonVerified(
            occurred_at=self.clock.now(),
            aggregate_version=version,
            person_id=PersonId(person_id),
            method="auto",
            identity=seal_for_event(self.service.keyring, "person", place, "{}"),
            name_masked=name_masked,
            document_type="resident_id",
            document_no_masked="420106********5677",
            verified_at=self.clock.now(),
        )

    async def bound(self, hospital: Hospital, name_masked: str = "张*三") -> tuple[UUID, Caller, dict[str, Any]]:
        """A person bound to a hospital, with the binding."""
        person_id, person = await self.person(name_masked)
        answer = await person.post("/bindings", await self.entry(hospital))
        assert answer.status == 201, answer.body
        return person_id, person, answer.body

    async def entry(self, hospital: Hospital, code: str | None = None) -> dict[str, str]:
        """The body of previews and bindings."""
        return {"institution_id": str(hospital.id), "code": code or await self.code_of(hospital)}

    def declaration(
        self,
        kind: type[DeclarationEvent],
        declaration_id: UUID,
        person_id: UUID,
        hospital: Hospital,
        version: int,
        **more: Any,
    ) -> DeclarationEvent:
        """An event of the declaration service; cycle year 2027."""
        if kind is DeclarationSubmitted:
            more.setdefault("submission", 1)
        return kind.model_validate(
            {
                "occurred_at": self.clock.now(),
                "aggregate_version": version,
                "declaration_id": DeclarationId(declaration_id),
                "person_id": person_id,
                "institution_id": InstitutionId(hospital.id),
                "institution_name": "虚构医院",
                "cycle_year": 2027,
                "number": "D2027-000001",
                **more,
            }
        )
