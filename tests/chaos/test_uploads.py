"""kill -9 of the api between the parts of an upload: everything acknowledged is there, and the upload goes on (P17)."""

import asyncio
import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from PIL import Image

from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.security.tokens import issue
from tests.chaos.invariants import check, settled
from tests.chaos.saga import History, Saga
from tests.support.waiting import wait_until


class Sender:
    """A candidate's phone that sends one file in parts and asks where to go on whenever it does not know."""

    def __init__(self, saga: Saga, person_id: UUID, declaration_id: UUID, data: bytes) -> None:
        self._saga, self._data = saga, data
        self._actor = Actor("candidate", person_id, "candidate")
        self._path = f"/declarations/{declaration_id}/uploads"
        self.acknowledged = 0
        self.refused: list[tuple[int, Any]] = []

    async def call(self, method: str, path: str = "", **more: Any) -> tuple[int, Any]:
        """One request; (0, None) when nobody answered."""
        token = issue(self._saga._signing, self._actor, "tiro", datetime.now(SHANGHAI), 3600)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())} | more.pop("headers", {})
        url = f"{self._saga._base}{self._path}{path}"
        try:
            async with self._saga._session.request(method, url, headers=headers, **more) as answer:
                return answer.status, await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0, None

    async def insist(self, method: str, path: str = "", **more: Any) -> Any:
        """Until somebody answers; the body of a success."""
        for _ in range(200):
            status, body = await self.call(method, path, **more)
            if 200 <= status < 300:
                return body
            if status not in (0, 429, 502, 503, 504):
                raise AssertionError((status, body))
            await asyncio.sleep(0.2)
        raise AssertionError("nobody answers")

    async def begin(self) -> str:
        """The path of the upload."""
        digest = hashlib.sha256(self._data).hexdigest()
        body = await self.insist("POST", json={"kind": "other", "size": len(self._data), "sha256": digest})
        return f"/{body['id']}"

    async def send(self, upload: str, part: int) -> None:
        """All parts, each from where the server says it is."""
        while (offset := (await self.insist("GET", upload))["offset"]) < len(self._data):
            assert offset >= self.acknowledged, "something acknowledged is lost"
            headers = {"Upload-Offset": str(offset)}
            status, body = await self.call("PATCH", upload, data=self._data[offset : offset + part], headers=headers)
            if status == 200:
                self.acknowledged = body["offset"]
            else:
                await asyncio.sleep(0.2)


@pytest.mark.requirement("P17", "M8")
@pytest.mark.parametrize("step", ["upload.part_stored", "command.before_commit", "command.after_commit"])
async def test_a_killed_api_loses_no_acknowledged_part(saga: Saga, step: str) -> None:
    """The api dies before a part is stored for good, before its commit, or behind it: the next api goes on from the
    offset, never from behind what was acknowledged, and the whole is what was sent."""
    (draft,) = saga.take(1)
    data = _photo()
    sender = Sender(saga, draft.person_id, draft.id, data)
    upload = await sender.begin()
    part = len(data) // 5 + 1
    # The third part meets it, with two acknowledged before it.
    dying = await saga.with_failpoint("declaration", "api", f"{step}:kill:3")
    sending = asyncio.create_task(sender.send(upload, part))
    await saga.must_die(dying)
    await saga.revive("declaration", "api")
    await wait_until(lambda: sending.done(), seconds=60, what="the upload to go on")
    await sending
    done = await sender.insist("POST", f"{upload}/completion")
    assert done["document"]["original_sha256"] == hashlib.sha256(data).hexdigest()
    await settled(saga)
    await check(saga, History(), "submission")


def _photo() -> bytes:
    data = BytesIO()
    Image.effect_noise((400, 400), 80).convert("RGB").save(data, "JPEG", quality=90)
    return data.getvalue()
