"""The two proofs of the military, and a person who chose that channel with them."""

from typing import Any
from uuid import UUID

from tests.integration.identity.cards import card
from tests.integration.identity.people import resident_number
from tests.support.service_under_test import Answer, Caller


async def upload_proof(caller: Caller, proof: str, photo: bytes | None = None, kind: str = "image/jpeg") -> Answer:
    """Send a proof; a photo of anything will do."""
    data = card(2)[1] if photo is None else photo
    path = f"/exempt-channel/proofs/{proof}"
    return await caller.call("PUT", path, data=data, headers={"Content-Type": kind})


def military(site: UUID | None, n: int = 7) -> dict[str, Any]:
    """The choice of somebody in the military, with an exam site."""
    said = {"kind": "military", "name": "军医试", "document_no": resident_number(n)}
    return said | {"exam_site_id": None if site is None else str(site)}


async def choose_with_proofs(caller: Caller, site: UUID, n: int = 7) -> None:
    """Both proofs, then the choice."""
    for proof in ("education", "evaluation"):
        answer = await upload_proof(caller, proof)
        assert answer.status == 200, answer.body
    chosen = await caller.post("/exempt-channel", military(site, n))
    assert chosen.status == 200, chosen.body
