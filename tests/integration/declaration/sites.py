"""A zone with two exam sites, and units that file with them: with one site through a point below it, with the other
and with the zone directly."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.institution import ExamBodyChanged
from shared.ids import new_id
from tests.integration.declaration.forms import Unit
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Answer, Caller, Serve


@dataclass(slots=True)
class Sites:
    """The arrangement; `near` files with a point of `site`, `far` with `other`, `direct` with the zone (B18)."""

    season: Season
    near: Unit
    far: Unit
    direct: Unit
    zone: UUID = field(default_factory=new_id)
    site: UUID = field(default_factory=new_id)
    other: UUID = field(default_factory=new_id)
    point: UUID = field(default_factory=new_id)

    @property
    def admin(self) -> Caller:
        """The admin of `site`."""
        return self.season.service.caller("site_admin", scope_id=self.site)

    @property
    def zone_admin(self) -> Caller:
        """The admin of the zone."""
        return self.season.service.caller("zone_admin", scope_id=self.zone)

    def path(self, site: UUID | None = None) -> str:
        """Of what a site has set."""
        return f"/cycles/{self.season.cycle_id}/sites/{site or self.site}"

    async def sets(self, version: int = 0, by: Caller | None = None, **wanted: Any) -> Answer:
        """PUT what the site wants; moments as datetimes."""
        body = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in wanted.items()}
        return await (by or self.admin).put(self.path(), body, version=version)

    async def zone_sets(self, **wanted: datetime) -> Answer:
        """PUT the zone's dates, those not named as they are."""
        current = (await self.season.service.anonymous().get("/cycles/current")).body
        names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
        dates = {name: current[name] for name in (*names, "completion_deadline")}
        body = dates | {name: moment.isoformat() for name, moment in wanted.items()}
        return await self.zone_admin.put(f"/cycles/{self.season.cycle_id}", body, version=current["version"])


async def exam_sites(serve: Serve, **settings: str) -> Sites:
    """A running service with an open year, the bodies and the units."""
    season = await exam_season(serve, **settings)
    near, far, direct = (Unit(new_id(), name, new_id()) for name in ("江城试验医院", "山城试验医院", "部属试验医院"))
    sites = Sites(season, near, far, direct)
    season.unit = sites.near
    paths = {"zone": [sites.zone], "site": [sites.zone, sites.site], "point": [sites.zone, sites.site, sites.point]}
    bodies = [*paths.items(), ("site", [sites.zone, sites.other])]
    for number, (level, path) in enumerate(bodies):
        await season.service.deliver(
            ExamBodyChanged.model_validate(
                {
                    "occurred_at": season.clock.now(),
                    "aggregate_version": 1,
                    "exam_body_id": path[-1],
                    "code": f"420{number}",
                    "name": f"虚构考试机构{number}",
                    "level": level,
                    "parent_id": path[-2] if len(path) > 1 else None,
                    "path": path,
                    "state": "active",
                }
            )
        )
    filing = (paths["point"], [sites.zone, sites.other], [sites.zone])
    for unit, path in zip((near, far, direct), filing, strict=True):
        await season.institution_is(unit, version=1, path=path)
        await season.supervisor_is(unit, version=1)
    return sites
