"""Keeping another service's anchors (V63): append-only, without its keys, and with an alarm when what it sends now does
not fit what it sent before, or when it falls silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from shared.audit import anchor_store
from shared.audit.anchors import Anchor, AnchorAltered, SignedAnchor, contradictions, lowest_first, read_unverified
from shared.audit.findings import Finding
from shared.contracts.audit import AuditAnchored
from shared.errors import Invalid
from shared.messaging.subscription import Subscription
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.telemetry.metrics import AUDIT_KEPT_ALARMS

log = structlog.get_logger()

_SILENT_INTERVALS: Final = 3


class AnchorNotTheSenders(Invalid):
    """What came as a service's anchor is none of its own; it is parked, as evidence."""

    code = "anchor_not_the_senders"
    message_zh = "收到的审计锚不是发送服务自己的锚，请保留该消息并核对来源。"
    message_en = "This is not an anchor of the service that sent it; keep the message and check where it came from."


async def on_audit_anchored(tx: Transaction, event: AuditAnchored, _deps: object) -> None:
    """Keep it as it came. The broker vouches for who sent it: there a service publishes under its own name only."""
    service = event.TYPE.partition(".")[0]
    try:
        signed = SignedAnchor(event.document.encode(), event.key_id, bytes.fromhex(event.signature))
        anchor = read_unverified(signed.document)
    except (AnchorAltered, ValueError):
        raise AnchorNotTheSenders from None
    if (anchor.service, anchor.number) != (service, event.aggregate_version):
        raise AnchorNotTheSenders
    if not await anchor_store.insert_kept(tx, service, anchor, signed):
        return
    near = await anchor_store.select_near(tx, service, anchor.number, anchor.digest)
    if found := _misfits(anchor, [read_unverified(document) for document in near]):
        _raise_alarm(service, anchor, found)


def _misfits(anchor: Anchor, near: Sequence[Anchor]) -> list[Finding]:
    found: list[Finding] = []
    for other in near:
        earlier, later = (anchor, other) if anchor.number < other.number else (other, anchor)
        if later.reason is None or earlier.number == later.number:
            found += contradictions(earlier, later)
    return lowest_first(found)


def _raise_alarm(service: str, anchor: Anchor, found: Sequence[Finding]) -> None:
    first = found[0]
    AUDIT_KEPT_ALARMS.labels(service, first.kind).inc()
    log.error(
        "audit_anchor_contradicts",
        service=service,
        number=anchor.number,
        finding=first.kind,
        lane=first.lane,
        sequence=first.sequence,
        anchor=first.anchor,
        of=len(found),
    )


def kept_services(subscriptions: Sequence[Subscription]) -> list[str]:
    """Whose anchors a service keeps, by what it hears."""
    events = [one.event for one in subscriptions if issubclass(one.event, AuditAnchored)]
    return sorted(event.TYPE.partition(".")[0] for event in events)


async def watch_kept(database: Database, services: Sequence[str], interval: timedelta, now: datetime) -> list[str]:
    """The services whose anchors stay away for three intervals: it stopped, or somebody stopped it. Those that never
    sent one are not waited for."""
    async with database.read() as reader:
        heard = await anchor_store.select_last_heard(reader, services)
    silent = sorted(service for service, at in heard.items() if now - at > _SILENT_INTERVALS * interval)
    for service in silent:
        AUDIT_KEPT_ALARMS.labels(service, "silent").inc()
        log.error("audit_anchors_stay_away", service=service, last=heard[service].isoformat())
    return silent
