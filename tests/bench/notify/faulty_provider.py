"""An SMS provider for load: the documented answers without the signature check (tests of the adapter do that), and the
time of every text by its number. Some requests are accepted and never answered, by turns in silence and cut off; all
are cut off while it is `down`."""

import asyncio
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiohttp import web

from shared.clock import SHANGHAI

_SILENCE_SECONDS: Final = 20.0


@dataclass
class FaultyProvider:
    """`hangs_up`: share of requests that are accepted and not answered; `denies`: look-ups find nothing, which is a
    lie; `taken`: number -> when, for every time."""

    hangs_up: float
    denies: bool = False
    down: bool = False
    endpoint: str = ""
    unanswered: int = 0
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _kept: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.endpoint = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        query = request.query
        if request.headers["x-acs-action"] == "QuerySendDetails":
            kept = [] if self.denies else self._kept[query["PhoneNumber"]]
            found = [one for one in kept if one["day"] == query["SendDate"]]
            return web.json_response({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}})
        out_id, phone, day = query["OutId"], query["PhoneNumbers"], f"{datetime.now(SHANGHAI):%Y%m%d}"
        self.taken[phone].append(time.time())
        self._kept[phone].append({"OutId": out_id, "SendStatus": 3, "day": day})
        if self.down or random.random() < self.hangs_up:
            await self._leave_unanswered(request)
        return web.json_response({"Code": "OK", "Message": "OK", "BizId": out_id})

    async def _leave_unanswered(self, request: web.Request) -> None:
        self.unanswered += 1
        if not self.down and self.unanswered % 2:
            await asyncio.sleep(_SILENCE_SECONDS)
        if request.transport is not None:
            request.transport.abort()
