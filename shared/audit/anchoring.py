"""Making anchors (V63). An anchor is made of what was verified since the last one: while chain and anchors differ none
is made, the alarm stays, and the keeper misses the service, until a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from shared import audit, outbox
from shared.actor import SYSTEM
from shared.audit import anchor_store
from shared.audit.anchors import (
    NOTHING_BEFORE,
    Anchor,
    AnchorAltered,
    AnchorForeign,
    SignedAnchor,
    lowest_first,
    sign,
    verify,
)
from shared.audit.chain import compare, read_heads, walk
from shared.audit.findings import Finding
from shared.contracts.audit import AuditAnchored
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.telemetry.metrics import AUDIT_FINDINGS

log = structlog.get_logger()

_LOGGED = 20


@dataclass(frozen=True, slots=True)
class AuditChain:
    """The chain of one service, with what it takes to verify and to anchor it."""

    service: str
    event: type[AuditAnchored]
    database: Database
    bucket: Bucket
    keyring: Keyring
    locked_for: timedelta | None = None
    """How long nobody may remove an anchor from the bucket; None where the bucket has no lock."""

    def locked_until(self, now: datetime) -> datetime | None:
        """The end of the lock of an anchor that is stored now."""
        return None if self.locked_for is None else now + self.locked_for

    def opened(self, signed: SignedAnchor | None) -> Anchor | None:
        """What this service signed; None when it did not."""
        if signed is None:
            return None
        try:
            return verify(self.keyring, self.service, signed)
        except (AnchorAltered, AnchorForeign):
            return None


async def anchor_chain(chain: AuditChain, now: datetime) -> list[Finding]:
    """Verify what came since the last anchor, then anchor the heads; returns what is wrong, and then anchors nothing.
    Raises AnchorOvertaken, BucketWithoutLock, ObjectStoreUnavailable, DatabaseUnavailable."""
    async with chain.database.read() as reader:
        signed = await anchor_store.select_newest(reader, chain.service)
    last = chain.opened(signed)
    findings = [Finding("anchor_altered")] if signed is not None and last is None else []
    elsewhere = await _anchors_past(chain, last, now)
    if elsewhere:
        findings.append(Finding("anchor_unknown", anchor=elsewhere[0].number))
    read = await anchor_store.read_objects(chain.bucket, chain.service, elsewhere[-1:])
    references = [anchor for anchor in (last, *map(chain.opened, read)) if anchor is not None]
    heads = await read_heads(chain.database)
    walked = await walk(chain.database, heads, last)
    findings += [*heads.findings, *walked.findings, *await compare(chain.database, heads, references)]
    AUDIT_FINDINGS.set(len(findings))
    if findings:
        _raise_alarm(chain.service, findings)
        return lowest_first(findings)
    # What was altered is told first: a bucket that can not lock keeps nobody from hearing of it.
    await demand_lock(chain)
    if last is not None and signed is not None:
        # A run that was killed between its commit and the bucket is finished by the next one.
        await anchor_store.put_object(chain.bucket, last, signed, chain.locked_until(now))
    number, previous = (last.number + 1, last.digest) if last else (1, NOTHING_BEFORE)
    await append_anchor(chain, Anchor(chain.service, number, now, previous, heads.in_order))
    return []


async def demand_lock(chain: AuditChain) -> None:
    """Where anchors are to be locked: raise BucketWithoutLock unless the bucket can. Raises ObjectStoreUnavailable."""
    if chain.locked_for is not None:
        await chain.bucket.demand_lock()


async def append_anchor(chain: AuditChain, anchor: Anchor) -> None:
    """Into the table and, by an event, to its keeper in one commit; then into the bucket. Raises AnchorOvertaken,
    BucketWithoutLock, ObjectStoreUnavailable."""
    await demand_lock(chain)
    signed = sign(chain.keyring, anchor)
    async with chain.database.transaction() as tx:
        await anchor_store.insert_own(tx, anchor, signed)
        outbox.add(tx, _told(chain, anchor, signed))
        if anchor.reason is not None:
            _record_acceptance(tx, anchor, anchor.reason)
    await anchor_store.put_object(chain.bucket, anchor, signed, chain.locked_until(anchor.at))


def _told(chain: AuditChain, anchor: Anchor, signed: SignedAnchor) -> AuditAnchored:
    return chain.event(
        occurred_at=anchor.at,
        aggregate_version=anchor.number,
        chain_id=anchor_store.chain_id(anchor.service),
        document=anchor.document.decode(),
        key_id=signed.key_id,
        signature=signed.signature.hex(),
    )


def _record_acceptance(tx: Transaction, anchor: Anchor, reason: str) -> None:
    audit.record(
        tx,
        "audit.accept",
        actor=SYSTEM,
        subject_kind="audit_chain",
        subject_id=anchor_store.chain_id(anchor.service),
        at=anchor.at,
        reason=reason,
        anchor=anchor.number,
        findings=len(anchor.accepted),
    )


async def _anchors_past(chain: AuditChain, last: Anchor | None, now: datetime) -> list[anchor_store.Stored]:
    """Anchors in the bucket that the database should know and does not: they outlived it."""
    since = last.at.date() if last else None
    listed = await anchor_store.list_objects(chain.bucket, since, now.date(), covered=chain.locked_for is not None)
    if last is None:
        return listed
    own = last.digest[:8].hex()
    return [s for s in listed if s.number > last.number or (s.number == last.number and s.digest_begins != own)]


def _raise_alarm(service: str, findings: Sequence[Finding]) -> None:
    for found in lowest_first(findings)[:_LOGGED]:
        log.error(
            "audit_chain_differs",
            service=service,
            finding=found.kind,
            lane=found.lane,
            sequence=found.sequence,
            anchor=found.anchor,
            of=len(findings),
        )
