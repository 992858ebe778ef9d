"""An advisory service on loopback that speaks the OSV protocol: batches with pages, one record per advisory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class FakeAdvisories:
    """`known`: package URL -> ids; an id after the first of a package comes on a page of its own. `broken` answers
    instead of everything else."""

    known: dict[str, list[str]] = field(default_factory=dict)
    broken: web.Response | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def batch(self, request: web.Request) -> web.Response:
        """POST /v1/querybatch"""
        if self.broken is not None:
            return web.Response(status=self.broken.status, text=self.broken.text)
        results: list[dict[str, Any]] = []
        for query in (await request.json())["queries"]:
            purl, page = query["package"]["purl"], int(query.get("page_token", "0"))
            self.asked.append(purl)
            ids = self.known.get(purl, [])
            result: dict[str, Any] = {}
            if ids:
                result = {"vulns": [{"id": ids[page], "modified": "2026-11-01T00:00:00Z"}]}
                result |= {"next_page_token": str(page + 1)} if page + 1 < len(ids) else {}
            results.append(result)
        return web.json_response({"results": results})

    async def record(self, request: web.Request) -> web.Response:
        """GET /v1/vulns/{id}"""
        name = request.match_info["id"]
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9.9"}]}]
        return web.json_response(
            {"id": name, "aliases": [f"CVE-{name}"], "summary": "Reads too far", "affected": [{"ranges": ranges}]}
        )


@asynccontextmanager
async def fake_advisories() -> AsyncIterator[FakeAdvisories]:
    """The service, listening."""
    made = FakeAdvisories()
    app = web.Application()
    app.router.add_post("/v1/querybatch", made.batch)
    app.router.add_get("/v1/vulns/{id}", made.record)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()
