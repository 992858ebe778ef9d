"""Exam years one after the other at two units of one exam body: for tests in which a year closes and another begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.clock import SHANGHAI
from tests.integration.declaration.filing.paper import filed_unseen, generate, open_draft
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.forms import Unit, complete_content, current_period
from tests.integration.declaration.season import YEAR, Season
from tests.integration.declaration.sites import Sites, exam_sites
from tests.integration.declaration.working import run
from tests.support.service_under_test import Caller, Serve

_LICENSED_UNTIL = date(2090, 1, 1)


@dataclass(slots=True)
class ExamYears:
    """The arrangement; `year` is the exam year that is open."""

    sites: Sites
    units: Sequence[Unit]
    year: int = YEAR
    _is_fresh: bool = True
    _listed: set[tuple[int, UUID]] = field(default_factory=set)

    @property
    def season(self) -> Season:
        """Its callers and its clock."""
        return self.sites.season

    @property
    def exam_body(self) -> Caller:
        """The body that both units file with."""
        return self.season.service.caller("point_admin", scope_id=self.sites.point)

    async def begin(self) -> None:
        """The next exam year, on 20 December before it; the first one is open already."""
        self.season.people.clear()
        if self._is_fresh:
            self._is_fresh = False
            return
        self.year += 1
        await self.goes_to(datetime(self.year - 1, 12, 20, 10, tzinfo=SHANGHAI))
        created = await self.season.zone.post("/cycles", {"year": self.year})
        assert created.status == 201, created.body
        self.season.cycle_id = created.body["id"]
        opened = await self.season.zone.post(f"/cycles/{self.season.cycle_id}/opening")
        assert opened.body["state"] == "declaration_open", opened.body

    async def close(self) -> None:
        """31 August is over, and the jobs of the worker that end things have run."""
        await self.goes_to(datetime(self.year, 9, 1, 9, tzinfo=SHANGHAI))

    async def goes_to(self, at: datetime) -> None:
        """Time travel: the clock, then the jobs."""
        self.season.later(at - self.season.clock.now())
        for job in ("advance-cycles", "lapse-provisionals", "lapse-declarations"):
            await run(self.season, job)

    def content(self, unit: Unit, *, fresh: bool) -> dict[str, Any]:
        """A form of this year: of a fresh graduate, or of somebody with a full year."""
        content = complete_content(unit) | {"fresh_graduate": fresh}
        begun = f"{self.year - 1}-08-01" if fresh else f"{self.year - 2}-07-01"
        content["periods"] = [current_period(unit, begun)]
        if fresh:
            content["education"][0] |= {
                "enrolled_on": f"{self.year - 6}-09-01",
                "graduated_on": f"{self.year - 1}-06-30",
            }
        return content

    async def file(self, declaration_id: str, unit: Unit, *, fresh: bool) -> None:
        """Evaluate what is approved, list it, and have the exam body accept the list."""
        verdict = {
            "result": "provisional" if fresh else "qualified",
            "opinion": "试用期表现良好。",
            "reason_code": None,
        }
        judged = await self.season.reviewer(unit).post(f"/reviews/{declaration_id}/evaluation", verdict)
        assert judged.status == 201, judged.body
        year = Year(
            self.season.service,
            self.season.clock,
            cycle_id=UUID(self.season.cycle_id),
            point_id=self.sites.point,
            institution_id=unit.id,
        )
        listed = (self.year, unit.id)
        draft = await open_draft(year, "supplementary" if listed in self._listed else "main")
        self._listed.add(listed)
        await filed_unseen(year, await generate(year, draft))


async def exam_years(serve: Serve) -> ExamYears:
    """A running service with the first year open."""
    sites = await exam_sites(serve)
    path = [sites.zone, sites.site, sites.point]
    names = ("长江试验医院", "汉江试验医院")
    units = [await sites.season.has_unit(name, path=path, licence_to=_LICENSED_UNTIL) for name in names]
    return ExamYears(sites, units)
