"""Take a consent back: the photos go, what is under way ends, records made before stay (V56, PIPL 15)."""

from datetime import datetime

from services.identity.domain.verification import Verification
from services.identity.storage import consents, recognition_jobs, review_requests, verification_images, verifications
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction

WITHDRAWN = "consent_withdrawn"


async def withdraw_consent(tx: Transaction, kind: str, actor: Actor, now: datetime) -> Verification:
    """Where the verification stands afterwards; taking back what was not given changes nothing. Photos are put out of
    use at once, and the worker removes their objects; a verified identity stays, as a record the law asks for."""
    verification = await verifications.lock(tx, actor.id)
    versions = await consents.update_withdrawn(tx, actor.id, kind, now)
    if not versions:
        return verification
    photos = await verification_images.update_put_aside(tx, actor.id, now)
    ended = await end_verification(tx, verification, now)
    audit.record(
        tx,
        "consent.withdraw",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        before=verification.state,
        after=ended.state,
        kind=kind,
        versions=versions,
        photos=photos,
    )
    return ended


async def end_verification(tx: Transaction, verification: Verification, now: datetime) -> Verification:
    """What is under way ends, and what was claimed for it is forgotten; any other state stays."""
    ended = verification
    if verification.state == "pending_manual":
        ended = verification.withdrawn(now)
        await review_requests.update_withdrawn(tx, verification.person_id)
    elif verification.state == "auto_checking":
        await recognition_jobs.update_cancelled(tx, verification.person_id, WITHDRAWN, now)
        ended = verification.failed_automatically(WITHDRAWN, now, counted=False)
    if ended is not verification:
        await verifications.update(tx, ended)
    return ended
