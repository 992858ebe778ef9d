"""The audit chain in every process: the worker's jobs, and what an operator runs, `verify-audit`, `kept-anchors` and
`anchor-audit` (V62, V63)."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

import orjson

from shared.audit import anchor_store
from shared.audit.anchoring import AuditChain, anchor_chain, demand_lock
from shared.audit.anchors import SignedAnchor
from shared.audit.findings import Finding, tampering_of
from shared.audit.keeping import kept_services, watch_kept
from shared.audit.verifying import Kept, Verdict, accept_findings, verify_chain
from shared.process.definition import Foundation, Job, ServiceDefinition
from shared.process.scheduling import alone
from shared.telemetry.metrics import AUDIT_FINDINGS

VERBS = ("verify-audit", "kept-anchors", "anchor-audit")
_JOB: Final = "anchor-audit"
_LINES: Final = 500
_MOST_ACCEPTED: Final = 5_000
"""By one anchor, whose document travels to the keeper in one event."""


def chain_of(service: ServiceDefinition, foundation: Foundation) -> AuditChain:
    """The audit chain of a service."""
    days = foundation.settings.audit.anchor_lock_days
    locked_for = None if days is None else timedelta(days=days)
    return AuditChain(
        service.name, service.anchored, foundation.database, foundation.bucket, foundation.keyring, locked_for
    )


def audit_checks(service: ServiceDefinition, foundation: Foundation) -> dict[str, Callable[[], Awaitable[None]]]:
    """A worker whose anchors can not be locked although they are to be is not ready, and says so."""
    return {"audit_lock": partial(demand_lock, chain_of(service, foundation))}


def audit_jobs(service: ServiceDefinition, foundation: Foundation) -> tuple[Job, ...]:
    """The jobs of every worker: anchor the own chain, watch the anchors kept for others."""
    interval = _interval(foundation)
    return (
        Job(_JOB, interval / 10, partial(_anchor_when_due, chain_of(service, foundation))),
        Job("watch-kept-anchors", interval, partial(_watch_kept, kept_services(service.subscriptions))),
    )


async def _anchor_when_due(chain: AuditChain, foundation: Foundation) -> None:
    """Any number of workers look ten times per interval; together they make one anchor in it."""
    now, interval = foundation.clock.now(), _interval(foundation)
    async with chain.database.read() as reader:
        newest = await anchor_store.select_newest(reader, chain.service)
    opened = chain.opened(newest)
    # A moment far ahead is one of a clock that was wrong.
    if opened is None or not -interval < now - opened.at <= interval * 0.85:
        await anchor_chain(chain, now)
    else:
        # Some worker has found the chain well since this one may have raised the alarm.
        AUDIT_FINDINGS.set(0)


async def _watch_kept(services: list[str], foundation: Foundation) -> None:
    await watch_kept(foundation.database, services, _interval(foundation), foundation.clock.now())


async def run_audit_command(service: ServiceDefinition, foundation: Foundation, verb: str, rest: list[str]) -> int:
    """0 when all is well, or done; 1 when something was found that nobody has accepted."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name} {verb}")
    if verb == "kept-anchors":
        parser.add_argument("service", choices=kept_services(service.subscriptions))
        return await _show_kept(foundation, parser.parse_args(rest).service)
    parser.add_argument(
        "--kept", metavar="FILE", help="the keeper's copies, as `kept-anchors` prints them; - reads them"
    )
    if verb == "anchor-audit":
        parser.add_argument("--accept", metavar="REASON", help="anchor in spite of what is found, and say why")
    asked = parser.parse_args(rest)
    kept = None if asked.kept is None else _read_kept(asked.kept)
    chain = chain_of(service, foundation)
    if verb == "anchor-audit" and asked.accept is not None and kept is None:
        parser.error("--accept needs --kept: what only the keeper still knows must not be lost")
    if verb == "verify-audit":
        return _show(await _verified(chain, foundation, kept), kept)
    return await _anchor(chain, foundation, kept, asked.accept)


async def _verified(chain: AuditChain, foundation: Foundation, kept: list[Kept] | None) -> Verdict:
    return await verify_chain(chain, foundation.clock.now(), 2 * _interval(foundation), kept)


async def _anchor(chain: AuditChain, foundation: Foundation, kept: list[Kept] | None, reason: str | None) -> int:
    async with alone(chain.database, chain.service, _JOB) as may:
        if not may:
            _say({"refused": "a worker is anchoring just now; run this again in a minute"})
            return 1
        if reason is not None:
            verdict = await _verified(chain, foundation, kept)
            if verdict.open:
                return await _accept(chain, foundation, verdict, reason)
        findings = await anchor_chain(chain, foundation.clock.now())
    for found in findings:
        _say(_line(found, None, findings))
    _say({"anchored": not findings, "findings": len(findings)})
    return 1 if findings else 0


async def _accept(chain: AuditChain, foundation: Foundation, verdict: Verdict, reason: str) -> int:
    """As many findings as an anchor holds, the lowest first; 1 while some are left."""
    anchor = await accept_findings(chain, verdict, foundation.clock.now(), reason, most=_MOST_ACCEPTED)
    said = {"anchored": anchor.number, "accepted": len(anchor.accepted), "reason": reason}
    left = len(verdict.open) - len(anchor.accepted)
    _say(said | {"left": left} if left else said)
    return 1 if left else 0


async def _show_kept(foundation: Foundation, service: str) -> int:
    """One line per kept anchor, by number."""
    after = (0, b"")
    while True:
        async with foundation.database.read() as reader:
            page = await anchor_store.select_page(reader, service, after, _LINES)
        for number, signed, received_at in page:
            _say({"number": number, "received_at": received_at.isoformat(), **signed.to_json()})
        if len(page) < _LINES:
            return 0
        after = (page[-1][0], page[-1][1].digest)


def _read_kept(name: str) -> list[Kept]:
    if name == "-":
        return _kept_in(sys.stdin)
    with Path(name).open(encoding="utf-8") as file:
        return _kept_in(file)


def _kept_in(file: TextIO) -> list[Kept]:
    lines = [orjson.loads(line) for line in file if line.strip()]
    return [Kept(int(line["number"]), SignedAnchor.from_json(line)) for line in lines]


def _show(verdict: Verdict, kept: list[Kept] | None) -> int:
    for found in verdict.findings:
        _say(_line(found, verdict.accepted.get(found), verdict.findings))
    _say(
        {
            "entries": verdict.entries,
            "anchors": verdict.anchors,
            "kept_copies": "not compared" if kept is None else len(kept),
            "findings": len(verdict.open),
            "accepted_findings": len(verdict.accepted),
        }
    )
    return 1 if verdict.open else 0


def _line(found: Finding, accepted_in: int | None, among: Sequence[Finding]) -> dict[str, Any]:
    place = {
        "tampering": tampering_of(found, among),
        "lane": found.lane,
        "sequence": found.sequence,
        "anchor": found.anchor,
        "accepted_in": accepted_in,
    }
    meaning = {"meaning_zh": found.sentence("zh"), "meaning_en": found.sentence("en")}
    return {"finding": found.kind, **{name: at for name, at in place.items() if at is not None}, **meaning}


def _interval(foundation: Foundation) -> timedelta:
    return timedelta(seconds=foundation.settings.audit.anchor_seconds)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
