"""Verifying a whole chain against all of its anchors: those of its bucket and, where they are handed in, the keeper's
copies. A person may have accepted a finding in a signed anchor; that is said, and does not count (V62, V63)."""

import itertools
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit import anchor_store
from shared.audit.anchor_store import Stored
from shared.audit.anchoring import AuditChain, append_anchor
from shared.audit.anchors import (
    NOTHING_BEFORE,
    Anchor,
    AnchorAltered,
    AnchorForeign,
    Head,
    SignedAnchor,
    links,
    lowest_first,
    verify,
)
from shared.audit.chain import compare, read_heads, walk
from shared.audit.findings import Finding
from shared.audit.lane_walk import Times


@dataclass(frozen=True, slots=True)
class Kept:
    """A keeper's copy, under the number it was kept by."""

    number: int
    signed: SignedAnchor


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `accepted` maps a finding to the number of the anchor that accepted it."""

    entries: int
    anchors: int
    findings: tuple[Finding, ...]
    accepted: dict[Finding, int]
    heads: tuple[Head, ...]
    last: Anchor | None
    highest: int
    """The highest number that any anchor has, whether it opens or not."""

    @property
    def open(self) -> tuple[Finding, ...]:
        """Findings that nobody has accepted."""
        return tuple(found for found in self.findings if found not in self.accepted)


async def verify_chain(
    chain: AuditChain, now: datetime, on_its_way: timedelta, kept: Sequence[Kept] | None = None
) -> Verdict:
    """Everything: each entry, each anchor, each anchored position. Anchors younger than `on_its_way` may still be
    missing at the keeper. Raises ObjectStoreUnavailable, DatabaseUnavailable."""
    findings: list[Finding] = []
    stored = await anchor_store.list_objects(chain.bucket, covered=chain.locked_for is not None)
    anchors = await _from_bucket(chain, stored, findings)
    numbers = {one.number for one in stored}
    findings += _numbering(numbers, anchors.values())
    findings += await _against_table(chain, numbers, now - on_its_way)
    if kept is not None:
        findings += _against_kept(chain, numbers, anchors, kept, now - on_its_way)
    heads = await read_heads(chain.database)
    times = Times(anchors.values(), now)
    walked = await walk(chain.database, heads, times=times)
    findings += times.backward()
    findings += [*heads.findings, *walked.findings, *await compare(chain.database, heads, anchors.values())]
    ordered = lowest_first(dict.fromkeys(findings))
    return Verdict(
        walked.entries,
        len(anchors),
        tuple(ordered),
        _acceptances(ordered, anchors.values()),
        heads.in_order,
        max(anchors.values(), key=lambda anchor: anchor.number, default=None),
        max([*numbers, *(anchor.number for anchor in anchors.values())], default=0),
    )


async def accept_findings(chain: AuditChain, verdict: Verdict, now: datetime, reason: str, most: int) -> Anchor:
    """Go on in spite of what was found: the next anchor names the first `most` open findings and the reason, signed,
    for good. Raises AnchorOvertaken, ObjectStoreUnavailable, DatabaseUnavailable."""
    previous = verdict.last.digest if verdict.last else NOTHING_BEFORE
    anchor = Anchor(chain.service, verdict.highest + 1, now, previous, verdict.heads, verdict.open[:most], reason)
    await append_anchor(chain, anchor)
    return anchor


async def _from_bucket(chain: AuditChain, stored: Sequence[Stored], findings: list[Finding]) -> dict[bytes, Anchor]:
    """Those that are what the service signed, by digest."""
    read = await anchor_store.read_objects(chain.bucket, chain.service, stored)
    anchors: dict[bytes, Anchor] = {}
    for place, signed in zip(stored, read, strict=True):
        anchor = _opened(chain, place.number, signed, findings)
        if anchor is not None:
            anchors[anchor.digest] = anchor
    return anchors


def _opened(chain: AuditChain, number: int, signed: SignedAnchor | None, findings: list[Finding]) -> Anchor | None:
    try:
        if signed is None:
            raise AnchorAltered("does not open")
        anchor = verify(chain.keyring, chain.service, signed)
        if anchor.number != number:
            raise AnchorAltered("number")
    except AnchorForeign:
        findings.append(Finding("anchor_foreign", anchor=number))
    except AnchorAltered:
        findings.append(Finding("anchor_altered", anchor=number))
    else:
        return anchor
    return None


def _numbering(numbers: Set[int], anchors: Iterable[Anchor]) -> Iterator[Finding]:
    """From 1 without a gap, one anchor per number, each naming the one before it."""
    for number in range(1, max(numbers, default=0)):
        if number not in numbers:
            yield Finding("anchor_missing", anchor=number)
    ordered = sorted(anchors, key=lambda anchor: anchor.number)
    for earlier, later in itertools.pairwise(ordered):
        if later.number == earlier.number or not links(earlier, later):
            yield Finding("anchor_forked", anchor=earlier.number)


async def _against_table(chain: AuditChain, numbers: Set[int], settled: datetime) -> list[Finding]:
    """The newest in the bucket is the newest in the table: behind it the database was rolled back, before it somebody
    cleared the bucket."""
    async with chain.database.read() as reader:
        here = chain.opened(await anchor_store.select_newest(reader, chain.service))
    newest = max(numbers, default=0)
    if newest > (here.number if here else 0):
        return [Finding("anchor_unknown", anchor=newest)]
    if here is not None and here.number > newest and here.at <= settled:
        return [Finding("anchor_missing", anchor=here.number)]
    return []


def _against_kept(
    chain: AuditChain, numbers: Set[int], anchors: dict[bytes, Anchor], kept: Sequence[Kept], settled: datetime
) -> list[Finding]:
    """Both sides hold the same; what only the keeper has joins `anchors`, so that the chain is compared with it too.
    An anchor that lies in the bucket but does not open was reported as such."""
    findings: list[Finding] = []
    copies: dict[bytes, Anchor] = {}
    for one in kept:
        anchor = _opened(chain, one.number, one.signed, findings)
        if anchor is not None:
            copies[anchor.digest] = anchor
    opened = {anchor.number for anchor in anchors.values()}
    for digest, anchor in copies.items():
        if digest not in anchors and anchor.number in opened:
            findings.append(Finding("anchor_forked", anchor=anchor.number))
        elif anchor.number not in numbers:
            findings.append(Finding("anchor_missing", anchor=anchor.number))
    for digest, anchor in anchors.items():
        if digest not in copies and anchor.at <= settled:
            findings.append(Finding("kept_copy_missing", anchor=anchor.number))
    anchors |= copies
    return findings


def _acceptances(findings: Sequence[Finding], anchors: Iterable[Anchor]) -> dict[Finding, int]:
    by_place = {found.place: anchor.number for anchor in anchors if anchor.reason for found in anchor.accepted}
    return {found: by_place[found.place] for found in findings if found.place in by_place}
