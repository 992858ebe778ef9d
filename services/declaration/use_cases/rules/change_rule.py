"""Edit, add or switch off one rule of a draft; what can not be evaluated is refused with its place."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.eligibility import RuleRow
from services.declaration.domain.rule_differences import rule_differences
from services.declaration.domain.rule_errors import DraftClosed
from services.declaration.storage import rule_drafts
from services.declaration.storage.rule_drafts import RuleDraft
from services.declaration.use_cases.rules.require_sound_rule import require_sound_rule
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def change_rule(
    tx: Transaction, draft_id: UUID, row: RuleRow, *, expected_version: int, actor: Actor, now: datetime
) -> RuleDraft:
    """The draft with its new version. Raises NotFound, StaleVersion, DraftClosed, RuleMalformed."""
    draft = await rule_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    require_sound_rule(row)
    before = next((one for one in await rule_drafts.select_rows(tx, draft.id) if one.id == row.id), None)
    await rule_drafts.upsert_row(tx, draft.id, row)
    changed = await rule_drafts.update(tx, draft.id, "open", now)
    (difference,) = rule_differences([before] if before else [], [row]) or (None,)
    audit.record(
        tx,
        "rule_draft.change_rule",
        actor=actor,
        subject_kind="rule_draft",
        subject_id=draft.id,
        at=now,
        rule=row.id,
        change=difference.change if difference else "none",
        fields=list(difference.fields) if difference else [],
    )
    return changed
