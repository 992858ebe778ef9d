"""Look at a hit with everything it rests on; the look is recorded (V64)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.storage import known_supervisors, risk_decisions, risk_list
from services.declaration.storage.risk_decisions import DecisionRow, reason_place
from services.declaration.storage.risk_hits import DATA_CLASS
from services.declaration.storage.risk_list import Concerned, HitRow
from services.declaration.use_cases.risk.evidence import Evidence, open_evidence
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.masking import mask_credential, mask_name
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


@dataclass(frozen=True, slots=True)
class ViewedHit:
    """A hit in clear. `people` are those whom the viewer may see, `elsewhere` how many more there are; `subject` names
    a supervisor, masked."""

    row: HitRow
    evidence: Evidence
    people: list[Concerned]
    elsewhere: int
    subject: str | None
    decisions: list[tuple[DecisionRow, str]]


async def view_hit(tx: Transaction, keyring: Keyring, hit_id: UUID, *, actor: Actor, now: datetime) -> ViewedHit:
    """Raises NotFound outside the viewer's jurisdiction, SealBroken."""
    row = await risk_list.select_in_scope(tx, hit_id, actor.scope_id)
    if row is None:
        raise NotFound
    evidence = open_evidence(keyring, row.id, row.evidence)
    named = [*evidence.declarations, *([row.subject_id] if row.subject_kind == "declaration" else [])]
    people = await risk_list.select_people(tx, named, actor.scope_id)
    audit.record(
        tx,
        "risk.view",
        actor=actor,
        subject_kind="risk_hit",
        subject_id=row.id,
        at=now,
        rule=row.rule,
        people=len(people),
    )
    decisions = await risk_decisions.select_of_hit(tx, row.id)
    subject = await _supervisor(tx, keyring, row.subject_id) if row.subject_kind == "supervisor" else None
    reasons = [(one, _reason(keyring, row.id, one)) for one in decisions]
    return ViewedHit(row, evidence, people, len({*named}) - len(people), subject, reasons)


def _reason(keyring: Keyring, hit_id: UUID, decision: DecisionRow) -> str:
    return unseal_text(keyring, DATA_CLASS, reason_place(hit_id, decision.version), decision.reason)


async def _supervisor(tx: Transaction, keyring: Keyring, supervisor_id: UUID) -> str | None:
    known = (await known_supervisors.select_many(tx, [supervisor_id])).get(supervisor_id)
    if known is None:
        return None
    return f"{mask_name(known.open_name(keyring))} {mask_credential(known.open_certificate_no(keyring))}"
