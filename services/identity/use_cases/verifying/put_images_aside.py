"""Put photos of documents out of use when the decision they were for is some time ago (V57)."""

from datetime import datetime

from services.identity.storage import verification_images
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def put_images_aside(
    tx: Transaction, decided_before: datetime, proofs_uploaded_before: datetime, now: datetime
) -> int:
    """How many. Photos nobody asked a decision for count from their upload, proofs of the military from theirs while
    the choice stands; the worker removes the objects next."""
    found = await verification_images.update_decided_put_aside(tx, now, decided_before)
    found += await verification_images.update_proofs_put_aside(tx, now, decided_before, proofs_uploaded_before)
    for person_id, image_id, state in found:
        audit.record(
            tx,
            "verification.forget_image",
            actor=SYSTEM,
            subject_kind="person",
            subject_id=person_id,
            at=now,
            before=state,
            after=state,
            reason="retention",
            image_id=str(image_id),
        )
    return len(found)
