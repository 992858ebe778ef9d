"""Two sites with points below them, and short ways to edit them over HTTP. All of it invented but the divisions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer, Caller

REASON = "鄂医考办〔2026〕18号"


@dataclass(slots=True)
class Districts:
    """武汉 with the points 江岸 and 江汉, 黄石 with none."""

    library: Library
    site: UUID
    other_site: UUID
    point: UUID
    other_point: UUID

    @classmethod
    async def open(cls, library: Library) -> "Districts":
        """The bodies, created by the zone."""
        site = await library.body_id("site", library.zone_id, ["420100"])
        other = await library.body_id("site", library.zone_id, ["420200"])
        point = await library.body_id("point", site, ["420102"])
        return cls(library, site, other, point, await library.body_id("point", site, ["420103"]))

    @property
    def zone(self) -> Caller:
        """The zone's administrator, with a token of now."""
        return self.library.staff("zone_admin", self.library.zone_id)

    def owner(self, unit: Hospital) -> Caller:
        """The owner of an institution, with a token of now."""
        return self.library.staff("institution_owner", unit.id)

    def admin(self, body: UUID) -> Caller:
        """The site administrator of a body."""
        return self.library.staff("site_admin", body)

    async def seen(self, body: UUID, *, by: Caller | None = None) -> dict[str, Any]:
        """A body as it is shown."""
        answer = await (by or self.zone).get(f"/exam-bodies/{body}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body
        return found

    async def edit(
        self, step: str, body: UUID, *, by: Caller | None = None, version: int | None = None, **content: Any
    ) -> Answer:
        """One edit in the version of now; `step` is the last part of the path."""
        caller = by or self.zone
        seen = version or (await self.seen(body))["version"]
        method = "PUT" if step in ("name", "territory") else "POST"
        sent = {"reason": REASON, **{key: str(it) if isinstance(it, UUID) else it for key, it in content.items()}}
        return await caller.call(method, f"/exam-bodies/{body}/{step}", sent, version=seen)

    async def rehouse(self, unit: Hospital, body: UUID, *, by: Caller | None = None) -> Answer:
        """Send an institution to another filing body."""
        version = (await self.owner(unit).get(f"/institutions/{unit.id}")).body["version"]
        content = {"filing_body_id": str(body), "reason": REASON}
        return await (by or self.zone).put(f"/institutions/{unit.id}/filing-body", content, version=version)

    async def chain(self, unit: Hospital, at: str = "") -> list[str]:
        """Who answered for an institution at a moment: the ids from the zone down."""
        query = f"?at={at.replace('+', '%2B')}" if at else ""
        answer = await self.owner(unit).get(f"/institutions/{unit.id}/responsibility{query}")
        assert answer.status == 200, answer.body
        return [one["id"] for one in answer.body["bodies"]]
