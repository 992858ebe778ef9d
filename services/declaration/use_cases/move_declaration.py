"""Move a locked declaration one step: state machine, row, timeline and audit entry together (4.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.declaration.domain.declaration import KEEP_FIRST_APPROVAL, Action, State, transition
from services.declaration.storage import declarations
from services.declaration.storage.declarations import Declaration, Move
from shared import audit
from shared.actor import Actor
from shared.ids import StaffId
from shared.postgres.transaction import Transaction


async def move_declaration(
    tx: Transaction,
    declaration: Declaration,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    decision: Literal["set", "clear", "keep"] = "keep",
    claimed_by: UUID | None = None,
    claimed_until: datetime | None = None,
    reason_codes: Sequence[str] = (),
    reasons: bytes | None = None,
    to_state: State | None = None,
) -> Declaration:
    """The declaration after `action`. Raises the TransitionRefused subclass that belongs to it. `to_state` is for the
    one move whose target is decided elsewhere (a restart after a rejection)."""
    target = to_state or transition(declaration.state, action)
    move = Move(action, target, decision, claimed_by, claimed_until, reason_codes, reasons)
    kept = declaration if action in KEEP_FIRST_APPROVAL else declaration.without_first_approval()
    version = await declarations.update_state(tx, declaration, move, actor, now)
    audit.record(
        tx,
        f"declaration.{action.value}",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        before=declaration.state.value,
        after=target.value,
        reason=",".join(reason_codes) or None,
        **_facts(declaration, first_approval=kept is not declaration),
    )
    return replace(
        kept,
        state=target,
        version=version,
        claimed_by=StaffId(claimed_by) if claimed_by is not None else None,
        claimed_until=claimed_until,
        decided_at={"set": now, "clear": None, "keep": declaration.decided_at}[decision],
        updated_at=now,
    )


def _facts(declaration: Declaration, *, first_approval: bool) -> dict[str, str | None]:
    known = {"number": declaration.number, "institution_id": str(declaration.institution_id)}
    return {**known, **(declaration.first_approval_facts if first_approval else {})}
