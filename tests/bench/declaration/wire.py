"""What the bench sends: requests as bytes, with the gateway's proof and a token of whoever asks."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.support.ready_drafts import Draft

BASE: Final = "/api/declaration/v1"
_ACCEPTED: Final = json.dumps({"notice_version": 1, "accepted": True}).encode()


class Wire:
    """Requests of one run; `proof` are the headers by which services know the gateway."""

    def __init__(self, proof: dict[str, str]) -> None:
        self.signing = SigningKey.generate("bench")
        self._proof = "".join(f"{name}: {key}\r\n" for name, key in proof.items())

    def submission(self, draft: Draft) -> bytes:
        """Hand a draft in."""
        more = f'Idempotency-Key: {uuid4()}\r\nIf-Match: "2"\r\nContent-Type: application/json\r\n'
        path = f"/declarations/{draft.id}/submission"
        return self._request("POST", path, self.candidate(draft.person_id), more, _ACCEPTED)

    def upload(self, draft: Draft, photo: bytes) -> bytes:
        """A photo of a draft."""
        more = f"Idempotency-Key: {uuid4()}\r\nContent-Type: image/jpeg\r\n"
        path = f"/declarations/{draft.id}/files?kind=other&file_name=scan.jpg"
        return self._request("POST", path, self.candidate(draft.person_id), more, photo)

    def search(self, text: str, token: str) -> bytes:
        """The unit looks for a text."""
        body = json.dumps({"q": text}).encode()
        return self._request("POST", "/review-searches", token, "Content-Type: application/json\r\n", body)

    def get(self, path: str, token: str) -> bytes:
        """A look at something."""
        return self._request("GET", path, token)

    def _request(self, method: str, path: str, token: str, more: str = "", body: bytes = b"") -> bytes:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {BASE}{path} HTTP/1.1\r\nHost: bench\r\n{self._proof}Authorization: Bearer {token}\r\n"
        return f"{head}{more}{length}\r\n".encode() + body

    def staff(self, unit: UUID) -> str:
        """An admin of a unit."""
        return self.token(Actor("staff", new_id(), "institution_business_admin", unit))

    def candidate(self, person_id: UUID) -> str:
        """The person."""
        return self.token(Actor("candidate", person_id, "candidate"))

    def token(self, actor: Actor) -> str:
        """Of anybody."""
        return issue(self.signing, actor, "tiro", datetime.now(SHANGHAI), 7200)
