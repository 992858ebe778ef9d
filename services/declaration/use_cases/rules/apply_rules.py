"""From its moment on a year goes by the rules that were published for it."""

from dataclasses import replace
from datetime import datetime

from services.declaration.storage import cycles, rule_publications
from services.declaration.storage.rule_publications import RulePublication
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def apply_rules(tx: Transaction, publication: RulePublication, now: datetime) -> RulePublication:
    """The publication as applied. Declarations that were judged keep the version they were judged by."""
    cycle = await cycles.lock(tx, publication.cycle_id)
    await rule_publications.update_applied(tx, publication, now)
    audit.record(
        tx,
        "cycle.apply_rules",
        actor=SYSTEM,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        before=str(cycle.catalogue_version),
        after=str(publication.catalogue_version),
    )
    return replace(publication, applied_at=now)
