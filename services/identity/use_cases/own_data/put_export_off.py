"""A copy could not be made: it is put off, and after some tries given up, so that its owner can ask again (V59)."""

from datetime import datetime

from services.identity.domain.own_data_export import after_outage, next_try
from services.identity.storage import own_data_exports
from services.identity.storage.own_data_exports import OwnDataExport
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def put_export_off(tx: Transaction, wanted: OwnDataExport, now: datetime, *, outage: bool) -> bool:
    """Whether it is given up now. `outage`: the store of objects or keys did not answer, which counts as no try.
    Tries of several workers at once count as one."""
    tries = wanted.tries if outage else wanted.tries + 1
    again = after_outage(wanted.asked_at, now) if outage else next_try(tries, wanted.asked_at, now)
    if again is not None:
        await own_data_exports.update_put_off(tx, wanted, tries, again)
        return False
    if not await own_data_exports.update_failed(tx, wanted, tries, now):
        return False
    audit.record(
        tx,
        "own_data.fail",
        actor=SYSTEM,
        subject_kind="person",
        subject_id=wanted.person_id,
        at=now,
        before="queued",
        after="failed",
        export_id=str(wanted.export_id),
    )
    return True
