"""The texts of notices in a decision packet, or why they are not in it; each has a digest that is signed with the
manifest, so that a changed letter is found in its notice (C6)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.declaration.domain.export import ExportJob
from services.declaration.storage import packet_notices
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring

PATH: Final = "data/messages.json"


@dataclass(frozen=True, slots=True)
class Notices:
    """`content` is the file; `told` what the manifest says of it."""

    content: dict[str, Any]
    told: dict[str, Any]


async def compose_notices(reader: Reader, keyring: Keyring, job: ExportJob) -> Notices:
    """What notification answered so far; half an answer is none. Raises SealBroken."""
    notices, came, parts = await packet_notices.select(reader, keyring, job.id)
    if parts == 0 or came < parts:
        missing = {"state": "unavailable", "reason": "no_answer" if came == 0 else "answer_incomplete"}
        return Notices(missing | {"asked_at": job.created_at.isoformat(), "notices": []}, missing | {"digests": []})
    return complete([one.model_dump(mode="json") for one in notices])


def complete(notices: Sequence[dict[str, Any]]) -> Notices:
    """All that was told."""
    content = {"state": "complete", "notices": list(notices)}
    return Notices(content, {"state": "complete", "digests": [_digest(one) for one in notices]})


def _digest(notice: dict[str, Any]) -> str:
    """Of its canonical JSON, which the verifier makes again."""
    text = json.dumps(notice, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
