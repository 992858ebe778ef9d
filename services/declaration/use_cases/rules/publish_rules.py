"""Publish a draft as a new catalogue version of its year, with a reason and from a moment on (section 6).

What was judged keeps the version it was judged by; drafts are judged by the new one from that moment on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, require_changeable
from services.declaration.domain.eligibility import RuleRow
from services.declaration.domain.rule_differences import rule_differences
from services.declaration.domain.rule_errors import (
    DraftClosed,
    EffectiveInThePast,
    RulesMovedOn,
    RulesOpenNoWay,
    RulesUnchanged,
    RulesWaiting,
)
from services.declaration.storage import catalogues, cycles, materials, rule_drafts, rule_publications
from services.declaration.storage.catalogue_files import CatalogueFiles
from services.declaration.storage.rule_drafts import RuleDraft
from services.declaration.storage.rule_publications import RulePublication
from services.declaration.use_cases.rules.apply_rules import apply_rules
from services.declaration.use_cases.rules.require_sound_rule import require_sound_rule
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """Why, and from when on; None: at once."""

    reason: str
    effective_at: datetime | None


async def publish_rules(
    tx: Transaction, draft_id: UUID, wish: Wish, *, expected_version: int, actor: Actor, now: datetime
) -> RulePublication:
    """The publication. Raises NotFound, StaleVersion, DraftClosed, CycleFinished, RulesWaiting, RulesMovedOn,
    RulesUnchanged, RulesOpenNoWay, EffectiveInThePast, RuleMalformed."""
    draft = await rule_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    if wish.effective_at is not None and wish.effective_at < now:
        raise EffectiveInThePast
    cycle = await cycles.lock(tx, draft.cycle_id)
    require_changeable(cycle)
    rows = await _publishable(tx, draft, cycle)
    version = await catalogues.insert(tx, await _successor(tx, cycle, rows, _digest(draft, now)), now)
    await rule_drafts.update(tx, draft.id, "published", now)
    publication = RulePublication(
        version, cycle.id, cycle.catalogue_version, wish.reason, actor.id, now, wish.effective_at or now, None
    )
    await rule_publications.insert(tx, publication, draft.id)
    audit.record(
        tx,
        "rule_draft.publish",
        actor=actor,
        subject_kind="rule_draft",
        subject_id=draft.id,
        at=now,
        before="open",
        after="published",
        catalogue_version=version,
        base_version=cycle.catalogue_version,
        effective_at=publication.effective_at.isoformat(),
        why=wish.reason,
    )
    if publication.effective_at <= now:
        return await apply_rules(tx, publication, now)
    return publication


async def _publishable(tx: Transaction, draft: RuleDraft, cycle: Cycle) -> Sequence[RuleRow]:
    """The lists of the year may have changed since the draft was begun, its rules may not."""
    if await rule_publications.select_has_waiting(tx, cycle.id):
        raise RulesWaiting
    base = await catalogues.select_rules(tx, draft.base_version)
    if rule_differences(base, await catalogues.select_rules(tx, cycle.catalogue_version)):
        raise RulesMovedOn
    rows = await rule_drafts.select_rows(tx, draft.id)
    if not rule_differences(base, rows):
        raise RulesUnchanged
    for row in rows:
        require_sound_rule(row)
    if not any(row.enabled and row.effect == "allow" for row in rows):
        raise RulesOpenNoWay
    return rows


async def _successor(tx: Transaction, cycle: Cycle, rows: Sequence[RuleRow], digest: bytes) -> CatalogueFiles:
    """These rules, and everything else as the year has it now."""
    current = await catalogues.select(tx, cycle.catalogue_version)
    return CatalogueFiles(
        digest=digest,
        categories=current.categories,
        rules=tuple(rows),
        document_kinds=tuple(current.document_kinds.values()),
        reasons=current.reasons,
        compatible=current.compatible,
        materials=tuple(await materials.select(tx, cycle.catalogue_version, None)),
    )


def _digest(draft: RuleDraft, now: datetime) -> bytes:
    """Going back to earlier rules is a version of its own, so the digest is of the publication, not of its content."""
    return hashlib.sha256(f"rule_draft:{draft.id}:{now.isoformat()}".encode()).digest()
