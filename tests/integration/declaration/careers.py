"""A declaration with one earlier row at another unit, and how it is edited."""

from typing import Any

from tests.integration.declaration.forms import (
    ALLOWANCE,
    Unit,
    complete_content,
    current_period,
    picture,
    prior_period,
)
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve


class Career:
    """A declaration with one earlier row at another unit of the library, handed in."""

    def __init__(self, season: Season, former: Unit) -> None:
        self.season, self.former = season, former
        self.row = prior_period(former)
        self.content: dict[str, Any] = complete_content(season.unit)
        self.content["periods"] = [self.row, current_period(season.unit)]
        self.draft: Draft

    async def hand_in(self, pages: int) -> "Career":
        """With the certificate of the row, of so many photos."""
        self.draft = await self.season.draft(content=self.content)
        saved = (await self.draft.person.api.get(self.draft.path)).body["content"]["periods"]
        self.content["periods"] = saved
        await self.season.attach(self.draft, "prior_certificate", self.row["id"])
        for shade in range(1, pages):
            await self.adds_page(shade)
        assert (await self.season.submit(self.draft)).status == 201
        return self

    async def certificate(self) -> str:
        """The path of the row's certificate, for the candidate."""
        files = (await self.draft.person.api.get(self.draft.path)).body["documents"]
        (found,) = [file["id"] for file in files if file["kind"] == "prior_certificate"]
        return f"{self.draft.path}/files/{found}"

    async def adds_page(self, shade: int) -> None:
        """Another photo of the certificate."""
        path, photo = f"{await self.certificate()}/pages", {"Content-Type": "image/jpeg"}
        added = await self.draft.person.api.post(path, data=picture(shade), headers=photo)
        assert added.status == 201, added.body
        self.draft.version = added.body["version"]

    async def say(self, result: str, **more: Any) -> Answer:
        """The present unit speaks about the row."""
        path = f"prior-rows/{self.row['id']}/confirmation"
        return await self.season.decide(self.draft, path, {"result": result, **more})

    async def reopen(self) -> None:
        """The candidate may edit again."""
        assert (await self.season.decide(self.draft, "modification-allowance", ALLOWANCE)).status == 200

    async def confirmation(self) -> dict[str, Any]:
        """As the candidate sees it."""
        (shown,) = (await self.draft.person.api.get(self.draft.path)).body["confirmations"]
        return dict(shown)


async def career(serve: Serve, pages: int = 1, settings: dict[str, str] | None = None) -> Career:
    """The season with it."""
    season = await exam_season(serve, **settings or {})
    return await Career(season, await season.has_unit("前任医院")).hand_in(pages)


async def edit(one: Career, what: str) -> None:
    """One edit of the row, or of its certificate."""
    season, draft = one.season, one.draft
    if what == "another_row":
        one.content["periods"][1] |= {"position": "住院医师"}
    elif what == "certificate_added":
        assert (await season.attach(draft, "prior_certificate", one.row["id"])).status == 201
        return
    elif what == "certificate_removed":
        assert (await draft.person.api.call("DELETE", await one.certificate())).status == 200
        return
    elif what == "page_added":
        await one.adds_page(9)
        return
    elif what == "pages_arranged":
        path = f"{await one.certificate()}/pages"
        pages = [page["page_id"] for page in (await draft.person.api.get(path)).body["items"]]
        assert (await draft.person.api.put(path, {"page_ids": pages[::-1]}, version=draft.version)).status == 200
        return
    else:
        changes = {"from": "2024-08-02", "department": "外科", "position": "见习", "work_summary": "另一段工作。"}
        changed: dict[str, Any] = {what: changes[what]} if what in changes else {"supervisors": []}
        one.content["periods"][0] |= changed
    saved = await season.save(draft, one.content)
    assert saved.status == 200, saved.body


async def asked(one: Career) -> dict[str, Any]:
    """The zone switches it on, the present unit asks; the request as the earlier unit finds it."""
    on = await one.season.zone.put(f"/cycles/{one.season.cycle_id}/review-policy", {"prior_units_confirm": True})
    assert on.status == 200
    asked = await one.season.decide(one.draft, f"prior-rows/{one.row['id']}/request")
    assert asked.status == 200, asked.body
    (found,) = (await one.season.reviewer(one.former).get("/prior-row-requests?open=true")).body["items"]
    return dict(found)


async def answer(one: Career, asked: dict[str, Any], body: dict[str, Any], by: Unit | None = None) -> Answer:
    path = f"/prior-row-requests/{asked['declaration_id']}/{asked['period_id']}/answer"
    return await one.season.reviewer(by or one.former).post(path, body, version=asked["version"])
