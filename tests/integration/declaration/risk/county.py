"""A county in an exam year in which signals are looked for: declarations put in as they were handed in, the job run as
the worker runs it, the list read as an exam body reads it. All invented."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.declaration.domain.content import Content, Guidance
from services.declaration.storage import risk_tasks
from shared.contracts.institution import BindingChanged, InstitutionChanged, SupervisorChanged
from shared.ids import BindingId, ExamBodyId, InstitutionId, PersonId, SupervisorId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.support.service_under_test import Answer, Caller, Serve

_EVENT = """
INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
VALUES ($1, $2, $3, $4, $5, 'institution_business_admin', 'submitted', 'submitted')
"""
_DOCUMENT = """
INSERT INTO declaration_document (id, declaration_id, kind, object_key, sha256, size, file_kind, file_name, uploaded_at)
VALUES ($1, $2, $3, $4, $5, 1, 'pdf', '\\x00', $6)
"""
_EARLIER_CYCLE = """
INSERT INTO cycle (id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at,
    review_deadline, filing_deadline, completion_deadline, created_at)
VALUES ($1, 2026, 'closed', 1, 900, '2025-12-15+08', '2025-12-30+08', '2026-01-06+08', '2026-01-12+08',
    '2026-09-01+08', '2025-12-01+08')
"""


@dataclass(slots=True)
class County:
    """The year and those who look at it."""

    year: Year

    @property
    def zone(self) -> Caller:
        """The zone's admin."""
        return self.year.service.caller("zone_admin", scope_id=self.year.zone_id)

    def body(self, scope: UUID, role: Any = "site_admin") -> Caller:
        """An admin of some exam body."""
        return self.year.service.caller(role, scope_id=scope)

    async def examine(self) -> None:
        """Everything is asked for and looked at."""
        now = self.year.clock.now()
        async with self.year.service.database.transaction() as tx:
            await risk_tasks.insert_of_cycle(tx, self.year.cycle_id, now)
        await self.run("examine-risks")

    async def run(self, job: str) -> None:
        """One run of a job, as a worker does it."""
        jobs = {one.name: one for one in self.year.service.definition.jobs}
        await jobs[job].run(self.year.service.deps)

    async def hits(
        self, rule: str | None = None, state: str = "open", by: Caller | None = None
    ) -> list[dict[str, Any]]:
        """A page of the list."""
        chosen = f"&rule={rule}" if rule else ""
        answer = await (by or self.zone).get(f"/risk-hits?limit=100&state={state}{chosen}")
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.body["items"]
        return found

    async def detail(self, hit: dict[str, Any], by: Caller | None = None) -> dict[str, Any]:
        """One hit in full."""
        answer = await (by or self.zone).get(f"/risk-hits/{hit['id']}")
        assert answer.status == 200, answer.body
        shown: dict[str, Any] = answer.body
        return shown

    async def decide(self, hit: dict[str, Any], decision: str, by: Caller | None = None) -> Answer:
        """Decide about a hit as it was last seen."""
        body = {"decision": decision, "reason": "已约谈机构并核对考勤"}
        return await (by or self.zone).post(f"/risk-hits/{hit['id']}/decision", body, version=hit["version"])

    async def set(self, rule: str, enabled: bool = True, **changed: int) -> Answer:
        """Set some thresholds of a rule."""
        rules = (await self.zone.get("/risk-rules")).body
        (now,) = (one for one in rules["rules"] if one["rule"] == rule)
        body = {"enabled": enabled, "limits": {**now["limits"], **changed}, "reason": "按本年度情况调整"}
        return await self.zone.put(f"/risk-rules/{rule}", body, version=rules["version"])

    async def has_institution(self, institution_id: UUID | None = None, version: int = 5, **more: Any) -> UUID:
        """An institution of the point, or one changed."""
        wanted, year = institution_id or new_id(), self.year
        path = more.pop("path", [year.zone_id, year.site_id, year.point_id])
        given = {
            "occurred_at": year.clock.now(),
            "aggregate_version": version,
            "institution_id": InstitutionId(wanted),
            "state": "active",
            "name": "江城另一医院",
            "credit_code": None,
            "registration_no": None,
            "institution_type": "general_hospital",
            "grade": None,
            "division_code": "420106",
            "address": None,
            "filing_body_id": ExamBodyId(path[-1]),
            "filing_body_path": path,
            "licence_valid_from": date(2020, 1, 1),
            "licence_valid_to": date(2035, 1, 1),
            "profile_complete": True,
        }
        await year.service.deliver(InstitutionChanged.model_validate(given | more))
        return wanted

    async def has_supervisor(self, institution_id: UUID, **more: Any) -> UUID:
        """A supervisor on a roster; `number` and `name` may be given."""
        subject, keyring = more.pop("supervisor_id", new_id()), self.year.service.keyring
        place = f"{SupervisorChanged.TYPE}.{{}}:{subject}".format
        number, name = more.pop("number", "110420106000123"), more.pop("name", "顾维安")
        given = {
            "occurred_at": self.year.clock.now(),
            "aggregate_version": 1,
            "supervisor_id": SupervisorId(subject),
            "institution_id": InstitutionId(institution_id),
            "name": seal_for_event(keyring, "person", place("name"), name),
            "practising_certificate_no": seal_for_event(keyring, "person", place("practising_certificate_no"), number),
            "category_code": "110",
            "multi_site": False,
            "active": True,
        }
        await self.year.service.deliver(SupervisorChanged.model_validate(given | more))
        return UUID(str(subject))

    async def binds(self, one: Declared, days_ago: int, **more: Any) -> None:
        """A binding of the person so many days old."""
        at = self.year.clock.now() - timedelta(days=days_ago)
        given = {
            "occurred_at": at,
            "aggregate_version": 1,
            "binding_id": BindingId(new_id()),
            "person_id": PersonId(one.person_id),
            "institution_id": InstitutionId(self.year.institution_id),
            "institution_name": "江城试验医院",
            "state": "active",
            "bound_at": at,
            "ended_at": None,
        }
        await self.year.service.deliver(BindingChanged.model_validate(given | more))

    async def decided(self, one: Declared, version: int, action: str, by: UUID, at: Any) -> None:
        """A step of the unit in the timeline."""
        async with self.year.service.database.transaction() as tx:
            await tx.execute(_EVENT, one.id, version, at, action, by)

    async def attached(self, one: Declared, sha256: str, kind: str = "diploma") -> None:
        """A file with this content."""
        async with self.year.service.database.transaction() as tx:
            await tx.execute(_DOCUMENT, new_id(), one.id, kind, str(new_id()), sha256, self.year.clock.now())

    async def last_year(self) -> UUID:
        """The cycle before."""
        cycle_id = new_id()
        async with self.year.service.database.transaction() as tx:
            await tx.execute(_EARLIER_CYCLE, cycle_id)
        return cycle_id

    async def execute(self, statement: str, *arguments: object) -> None:
        """A change that no neighbour tells."""
        async with self.year.service.database.transaction() as tx:
            await tx.execute(statement, *arguments)

    async def count(self, query: str, *arguments: object) -> int:
        """A number out of the database."""
        async with self.year.service.database.read() as reader:
            return int(await reader.fetchval(query, *arguments))


async def county(serve: Serve) -> County:
    """A running service with a year and an institution."""
    return County(await exam_year(serve))


def guided(content: Content, *supervisors: UUID) -> Content:
    """The content with supervisors of its first row."""
    first = content.periods[0].model_copy(update={"supervisors": [Guidance(supervisor_id=one) for one in supervisors]})
    return content.model_copy(update={"periods": [first, *content.periods[1:]]})
