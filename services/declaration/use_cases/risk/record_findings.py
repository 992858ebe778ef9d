"""Write what was found of subjects: open, change, open again, clear. What an exam body decided stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.risk.facts import DeclarationFacts, Facts, InstitutionFacts
from services.declaration.domain.risk.finding import Finding, Limits
from services.declaration.domain.risk.judge import is_worse
from services.declaration.domain.risk.rules import Subject
from services.declaration.domain.risk.thresholds import in_force
from services.declaration.storage import risk_hits
from services.declaration.storage.risk_hits import KnownHit, NewHit
from services.declaration.storage.risk_thresholds import Thresholds
from services.declaration.use_cases.risk.evidence import evidence_of, open_evidence, seal_evidence
from shared import audit
from shared.actor import SYSTEM
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

Found = Mapping[UUID, Mapping[str, Finding]]


@dataclass(slots=True)
class _Changes:
    inserted: list[NewHit] = field(default_factory=list)
    updated: list[NewHit] = field(default_factory=list)
    reopened: list[NewHit] = field(default_factory=list)
    """Those of `updated` that were cleared."""
    cleared: list[KnownHit] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    """Declarations of others that a finding begins or ends to speak of: they have to be looked at as well."""


async def record_findings(
    tx: Transaction,
    kind: Subject,
    cycle_id: UUID,
    facts: Mapping[UUID, Facts],
    found: Found,
    subjects: Sequence[UUID],
    *,
    thresholds: Thresholds,
    keyring: Keyring,
    now: datetime,
) -> set[UUID]:
    """Which other declarations are concerned by what changed. Doing it twice changes nothing more."""
    changes = _Changes()
    known: dict[tuple[UUID, str], list[KnownHit]] = {}
    for hit in await risk_hits.select_of_subjects(tx, cycle_id, kind, subjects):
        known.setdefault((hit.subject_id, hit.rule), []).append(hit)
    limits = in_force(thresholds.settings)
    for subject, findings in found.items():
        for rule, finding in findings.items():
            base = _new(kind, cycle_id, rule, facts[subject], finding, thresholds.version, now)
            hits = known.get((subject, rule), [])
            if _was_decided(rule, facts[subject], limits[rule], hits, keyring):
                continue
            known.pop((subject, rule), None)
            _compare(changes, base, finding, hits, limits[rule], keyring)
    gone = [hit for hits in known.values() for hit in hits if hit.state == "open"]
    for hit in gone:
        changes.cleared.append(hit)
        changes.touched.update(open_evidence(keyring, hit.id, hit.evidence).declarations)
    await risk_hits.insert(tx, changes.inserted)
    await risk_hits.update(tx, changes.updated)
    await risk_hits.update_cleared(tx, [hit.id for hit in changes.cleared], now)
    _audit(tx, changes, now)
    return changes.touched


def _was_decided(rule: str, facts: Facts, limits: Limits, hits: Sequence[KnownHit], keyring: Keyring) -> bool:
    """Whether an exam body decided about something as grave already, by the thresholds that it saw. Then nothing else
    is listed: an open hit beside it that was graver is cleared, a cleared one stays so."""
    for hit in hits:
        if hit.decided:
            then = open_evidence(keyring, hit.id, hit.evidence)
            # A threshold that the rule did not have then counts as it is set now.
            if not is_worse(rule, facts, {**limits, **then.limits}, hit.value, len(then.declarations)):
                return True
    return False


def _compare(
    changes: _Changes,
    base: NewHit,
    finding: Finding,
    known: Sequence[KnownHit],
    limits: Limits,
    keyring: Keyring,
) -> None:
    """A hit that nobody decided follows the finding, and a decided one stays beside what became worse."""
    evidence = evidence_of(finding, limits)
    undecided = next((hit for hit in known if not hit.decided), None)
    if undecided is None:
        changes.inserted.append(_sealed(base, base.id, seal_evidence(keyring, base.id, evidence)))
        changes.touched.update(finding.declarations)
        return
    before = open_evidence(keyring, undecided.id, undecided.evidence)
    if undecided.state == "open" and undecided.score == finding.score and before.as_json() == evidence.as_json():
        return
    updated = _sealed(base, undecided.id, seal_evidence(keyring, undecided.id, evidence))
    changes.updated.append(updated)
    changes.touched.update({*before.declarations} ^ {*finding.declarations})
    if undecided.state == "cleared":
        changes.reopened.append(updated)
        changes.touched.update(finding.declarations)


def _new(
    kind: Subject, cycle_id: UUID, rule: str, facts: Facts, finding: Finding, version: int, now: datetime
) -> NewHit:
    """The hit without its evidence."""
    person = facts.person_id if isinstance(facts, DeclarationFacts) else None
    unit = facts.id if isinstance(facts, InstitutionFacts) else facts.institution_id
    fields = (new_id(), cycle_id, rule, kind, facts.id, unit, person, finding.score, finding.value, version, b"", now)
    return NewHit(*fields)


def _sealed(base: NewHit, hit_id: UUID, evidence: bytes) -> NewHit:
    return replace(base, id=hit_id, evidence=evidence)


def _audit(tx: Transaction, changes: _Changes, now: datetime) -> None:
    """Machines look again and again: only what appears or disappears is an act."""
    for new in changes.inserted:
        _record(tx, "risk.find", new.id, new.rule, None, "open", now)
    for again in changes.reopened:
        _record(tx, "risk.find", again.id, again.rule, "cleared", "open", now)
    for hit in changes.cleared:
        _record(tx, "risk.clear", hit.id, hit.rule, "open", "cleared", now)


def _record(
    tx: Transaction, action: str, hit_id: UUID, rule: str, before: str | None, after: str, now: datetime
) -> None:
    audit.record(
        tx,
        action,
        actor=SYSTEM,
        subject_kind="risk_hit",
        subject_id=hit_id,
        at=now,
        before=before,
        after=after,
        rule=rule,
    )
