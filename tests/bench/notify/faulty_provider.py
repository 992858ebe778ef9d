"""An SMS provider for load: the documented answers without the signature check (tests of the adapter do that), and a
count of every text by our own id. Some requests, and all while it is `down`, are accepted and then cut off."""

import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from shared.clock import SHANGHAI


@dataclass
class FaultyProvider:
    """`hangs_up`: share of requests that are accepted and not answered; `taken`: our id -> when, for every time."""

    hangs_up: float
    down: bool = False
    endpoint: str = ""
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _by_phone: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
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
            found = [one for one in self._by_phone[query["PhoneNumber"]] if one["day"] == query["SendDate"]]
            return web.json_response({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}})
        out_id, day = query["OutId"], f"{datetime.now(SHANGHAI):%Y%m%d}"
        self.taken[out_id].append(time.time())
        self._by_phone[query["PhoneNumbers"]].append({"OutId": out_id, "SendStatus": 3, "day": day})
        if (self.down or random.random() < self.hangs_up) and request.transport is not None:
            request.transport.abort()
        return web.json_response({"Code": "OK", "Message": "OK", "BizId": out_id})
