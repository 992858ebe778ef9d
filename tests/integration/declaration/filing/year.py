"""An exam year at one institution: people who have declared, in whatever state a test needs. All of them invented."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.declaration.domain.content import CONTENT, Content, EducationRecord, Period
from services.declaration.storage.snapshots import seal_snapshot
from shared.clock import SHANGHAI, FrozenClock
from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.ids import ExamBodyId, InstitutionId, PersonId, new_id
from shared.masking import mask_document_no, mask_name
from shared.security.sealing import seal_for_event
from tests.integration.declaration.filing import rows
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

YEAR = 2027
NOW = datetime(2027, 1, 8, 10, 0, tzinfo=SHANGHAI)
FILING_DEADLINE = datetime(2027, 1, 12, tzinfo=SHANGHAI)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_UNIT = "江城试验医院"
_NAMES = ["林晓明", "周雨桐", "欧阳若兰", "陈思远", "赵启航", "吴静怡", "何文博", "阿依古丽·买买提", "高子涵", "郑一凡"]


def document_no(serial: int) -> str:
    """An invented resident ID number with a valid check digit (GB 11643)."""
    born = date(1990, 1, 1) + timedelta(days=serial % 3000)
    body = f"420106{born:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass(frozen=True, slots=True)
class Declared:
    """Somebody with a declaration."""

    id: UUID
    person_id: UUID
    name: str
    document_no: str


@dataclass(slots=True)
class Year:
    """The arrangement of a test and its callers."""

    service: ServiceUnderTest
    clock: FrozenClock
    cycle_id: UUID = field(default_factory=new_id)
    zone_id: UUID = field(default_factory=new_id)
    site_id: UUID = field(default_factory=new_id)
    other_site_id: UUID = field(default_factory=new_id)
    point_id: UUID = field(default_factory=new_id)
    institution_id: UUID = field(default_factory=new_id)
    choice: dict[str, str] | None = None
    """Level, category and route as submissions keep them with the unit's name; None as old submissions."""
    _serial: int = 0

    @property
    def unit(self) -> Caller:
        """A business administrator of the institution."""
        return self.service.caller("institution_business_admin", scope_id=self.institution_id)

    @property
    def point(self) -> Caller:
        """The exam body of the institution's own level."""
        return self.service.caller("point_admin", scope_id=self.point_id)

    def network(self, id: UUID | None = None) -> Caller:
        """The national network."""
        return self.service.caller("national_network_client", id=id)

    async def asked(self, question: dict[str, Any], caller: Caller | None = None) -> Answer:
        """The national network asks where somebody stands, with a fresh nonce unless the question has one."""
        return await (caller or self.network()).post("/status-queries", {"nonce": str(uuid4())} | question)

    async def institution_exists(
        self,
        institution_id: UUID | None = None,
        *,
        profile_complete: bool = True,
        path: list[UUID] | None = None,
        version: int | None = None,
        state: str = "active",
    ) -> None:
        """Deliver what the institution service tells about an institution of the point, or of the end of `path`."""
        wanted = institution_id or self.institution_id
        bodies = path or [self.zone_id, self.site_id, self.point_id]
        await self.service.deliver(
            InstitutionChanged(
                occurred_at=self.clock.now(),
                aggregate_version=version or (2 if profile_complete else 1),
                institution_id=InstitutionId(wanted),
                state=state,
                name=_UNIT,
                credit_code=None,
                registration_no=f"PDY{wanted.hex[-10:].upper()}",
                institution_type="general_hospital",
                grade="三级甲等",
                division_code="420106",
                address="江城市武昌区试验路 1 号",
                filing_body_id=ExamBodyId(bodies[-1]),
                filing_body_path=[ExamBodyId(body) for body in bodies],
                licence_valid_from=date(2020, 1, 1),
                licence_valid_to=date(2035, 1, 1),
                profile_complete=profile_complete,
            )
        )

    async def person(self, *, document: str | None = None) -> Declared:
        """A verified person without a declaration; `id` is not used yet."""
        self._serial += 1
        number = document or document_no(self._serial)
        name = _NAMES[self._serial % len(_NAMES)]
        person_id = new_id()
        await self.verified(person_id, name, number, version=1)
        return Declared(new_id(), person_id, name, number)

    async def verified(self, person_id: UUID, name: str, number: str, version: int) -> None:
        """Deliver what identity tells about a verified person."""
        sealed = seal_for_event(
            self.service.keyring,
            "person",
            f"{PersonVerified.TYPE}.identity:{person_id}",
            identity_of(name, number).model_dump_json(),
        )
        await self.service.deliver(
            PersonVerified(
                occurred_at=self.clock.now(),
                aggregate_version=version,
                person_id=PersonId(person_id),
                method="auto",
                identity=sealed,
                name_masked=mask_name(name),
                document_type="resident_id",
                document_no_masked=mask_document_no(number),
                verified_at=self.clock.now(),
            )
        )

    async def declare(
        self,
        state: str = "approved",
        *,
        institution_id: UUID | None = None,
        content: Content | None = None,
        undertaking: bool = False,
        person: Declared | None = None,
    ) -> Declared:
        """A person with a declaration in `state`, submitted once."""
        someone = person or await self.person()
        await self.insert([someone], state, institution_id, content or probation())
        if undertaking:
            async with self.service.database.transaction() as tx:
                await tx.execute(rows.INSERT_UNDERTAKING, new_id(), someone.id, f"key-{someone.id}", self.clock.now())
        return someone

    async def insert(self, people: list[Declared], state: str, institution_id: UUID | None, content: Content) -> None:
        """Declarations with their snapshots, as submissions leave them."""
        declarations, snapshots = [], []
        for one in people:
            self._serial += 1
            unit, now = institution_id or self.institution_id, self.clock.now()
            number = f"D{YEAR}-{self._serial:06d}"
            declarations.append(
                (one.id, number, one.person_id, self.cycle_id, YEAR, unit, state, content.fresh_graduate, now)
            )
            snapshots.append((one.id, 1, unit, self._sealed(one, 1, content), now, _UNIT if self.choice else None))
        async with self.service.database.transaction() as tx:
            await tx.executemany(rows.INSERT_DECLARATION, declarations)
            await tx.executemany(rows.INSERT_SNAPSHOT, snapshots)

    def _sealed(self, one: Declared, submission: int, content: Content) -> bytes:
        data = {
            "identity": identity_of(one.name, one.document_no).model_dump(),
            "content": orjson.Fragment(CONTENT.dump_json(content)),
            "documents": [],
            "months": 14,
            "days": 420,
            "allowed_by": ["R01"],
            "warnings": [],
        } | ({"choice": self.choice} if self.choice else {})
        return seal_snapshot(self.service.keyring, one.id, submission, data)

    async def resubmit(self, one: Declared, state: str = "approved") -> None:
        """The declaration as a second submission leaves it."""
        async with self.service.database.transaction() as tx:
            await tx.execute(rows.RESUBMIT, one.id, state)
            sealed = self._sealed(one, 2, probation())
            await tx.execute(rows.INSERT_SNAPSHOT, one.id, 2, self.institution_id, sealed, self.clock.now(), None)

    async def evaluate(self, declared: Declared, result: str = "qualified") -> dict[str, Any]:
        """Evaluate through the API; the answer's body."""
        body = {"result": result, "opinion": "试用期表现良好，同意。", "reason_code": None}
        if result == "unqualified":
            body["reason_code"] = "skills_not_met"
        answer = await self.unit.post(f"/reviews/{declared.id}/evaluation", body)
        assert answer.status == 201, answer.body
        evaluation: dict[str, Any] = answer.body
        return evaluation

    async def certify(self, evaluation: dict[str, Any]) -> dict[str, Any]:
        """Issue the certificate of a qualified evaluation; the answer's body."""
        path = f"/evaluations/{evaluation['id']}/certificate"
        body = {"responsible_person": "王建国", "legal_representative": "刘法定", "aspects": {"conduct": "良好"}}
        answer = await self.unit.post(path, body, version=evaluation["version"])
        assert answer.status == 200, answer.body
        certified: dict[str, Any] = answer.body
        return certified

    async def many(self, count: int, institution_id: UUID | None = None) -> list[Declared]:
        """So many approved and qualified people at once, without their verification events."""
        people = []
        for _ in range(count):
            self._serial += 1
            name = _NAMES[self._serial % len(_NAMES)]
            people.append(Declared(new_id(), new_id(), name, document_no(self._serial)))
        await self.insert(people, "approved", institution_id, probation())
        unit, now = institution_id or self.institution_id, self.clock.now()
        judged = [(new_id(), one.id, one.person_id, unit, self.cycle_id, now) for one in people]
        async with self.service.database.transaction() as tx:
            await tx.executemany(rows.INSERT_EVALUATION, judged)
        return people

    async def state_of(self, declared: Declared) -> str:
        """Where a declaration stands now."""
        async with self.service.database.read() as reader:
            return str(await reader.fetchval("SELECT state FROM declaration WHERE id = $1", declared.id))


def identity_of(name: str, number: str) -> PersonIdentity:
    """The identity of an invented person."""
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    sex = "1" if int(number[16]) % 2 else "2"
    return PersonIdentity.model_validate(
        {"name": name, "document_type": "resident_id", "document_no": number, "sex": sex, "birth_date": born}
    )


def probation(
    begun: date = date(2025, 10, 1), ended: date | None = date(2026, 12, 15), *, fresh: bool = False, **more: Any
) -> Content:
    """A degree and one current period."""
    period = Period(
        is_current=True,
        department="内科",
        position="试用医师",
        first_day=begun,
        last_day=ended,
        institution_name="试验",
    )
    degree = EducationRecord(
        level="21",
        form="full_time",
        school="虚构医科大学",
        major="临床医学",
        enrolled_on=date(2020, 9, 1),
        graduated_on=date(2025, 6, 30),
        is_basis=True,
    )
    return Content(education=[degree], periods=[period], fresh_graduate=fresh, ethnicity_code="15", **more)


async def exam_year(serve: Serve, now: datetime = NOW, calls_per_minute: int = 12_000) -> Year:
    """A running service with a cycle, three exam bodies and one institution."""
    clock = FrozenClock(now)
    service = await serve("declaration", clock, NETWORK_CALLS_PER_MINUTE=str(calls_per_minute))
    year = Year(service, clock)
    async with year.service.database.transaction() as tx:
        await tx.execute("INSERT INTO catalogue (version, digest, loaded_at) VALUES (900, '\\x00', $1)", now)
        await tx.execute(rows.INSERT_CATEGORY)
        await tx.execute(rows.INSERT_CYCLE, year.cycle_id, YEAR, FILING_DEADLINE)
    bodies = (
        (year.zone_id, "zone", "42", [year.zone_id]),
        (year.site_id, "site", "4201", [year.zone_id, year.site_id]),
        (year.other_site_id, "site", "4202", [year.zone_id, year.other_site_id]),
        (year.point_id, "point", "420106", [year.zone_id, year.site_id, year.point_id]),
    )
    for body_id, level, code, path in bodies:
        await year.service.deliver(
            ExamBodyChanged.model_validate(
                {
                    "occurred_at": now,
                    "aggregate_version": 1,
                    "exam_body_id": body_id,
                    "code": code,
                    "name": f"试验考试机构 {code}",
                    "level": level,
                    "parent_id": path[-2] if len(path) > 1 else None,
                    "path": path,
                    "state": "active",
                }
            )
        )
    await year.institution_exists()
    return year
