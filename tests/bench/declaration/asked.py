"""What people and reviewers send, ready to be sent: raw requests with tokens of a key that the services trust."""

import json
import random
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

from PIL import Image

from deploy.local.gateway_keys import gateway_header
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.support.ready_drafts import Draft

BASE: Final = "/api/declaration/v1"
_ACCEPTED: Final = json.dumps({"notice_version": 1, "accepted": True}).encode()


class Asked:
    """Makes requests that come as if through the gateway."""

    def __init__(self, stack: Stack, signing: SigningKey) -> None:
        self.signing = signing
        self._proof = "".join(f"{n}: {k}\r\n" for n, k in gateway_header(stack.home, "declaration").items())

    def submission(self, draft: Draft) -> bytes:
        more = f'Idempotency-Key: {uuid4()}\r\nIf-Match: "2"\r\nContent-Type: application/json\r\n'
        path = f"/declarations/{draft.id}/submission"
        return self._request("POST", path, self.candidate(draft.person_id), more, _ACCEPTED)

    def upload(self, draft: Draft, photo: bytes) -> bytes:
        more = f"Idempotency-Key: {uuid4()}\r\nContent-Type: image/jpeg\r\n"
        path = f"/declarations/{draft.id}/files?kind=other&file_name=scan.jpg"
        return self._request("POST", path, self.candidate(draft.person_id), more, photo)

    def search(self, text: str, token: str) -> bytes:
        body = json.dumps({"q": text}).encode()
        return self._request("POST", "/review-searches", token, "Content-Type: application/json\r\n", body)

    def get(self, path: str, token: str) -> bytes:
        return self._request("GET", path, token)

    def _request(self, method: str, path: str, token: str, more: str = "", body: bytes = b"") -> bytes:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {BASE}{path} HTTP/1.1\r\nHost: bench\r\n{self._proof}Authorization: Bearer {token}\r\n"
        return f"{head}{more}{length}\r\n".encode() + body

    def staff(self, unit: UUID) -> str:
        return self.token(Actor("staff", new_id(), "institution_business_admin", unit))

    def candidate(self, person_id: UUID) -> str:
        return self.token(Actor("candidate", person_id, "candidate"))

    def token(self, actor: Actor) -> str:
        return issue(self.signing, actor, "tiro", datetime.now(SHANGHAI), 7200)


def photo() -> bytes:
    """About 0.3 MB of photographed paper."""
    data, dice = BytesIO(), random.Random(3)
    image = Image.frombytes("RGB", (640, 480), dice.randbytes(640 * 480 * 3))
    image.resize((1280, 960)).save(data, "JPEG", quality=62)
    return data.getvalue()
