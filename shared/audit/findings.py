"""What may be wrong with an audit chain or its anchors, each with its place and what to do next (V62, V63)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "entry_altered",
    "entry_missing",
    "entry_inserted",
    "entry_moved",
    "clock_differs",
    "entry_beyond_head",
    "columns_differ",
    "head_differs",
    "head_missing",
    "rolled_back",
    "rewritten",
    "anchor_missing",
    "anchor_altered",
    "anchor_foreign",
    "anchor_forked",
    "anchor_unknown",
    "kept_copy_missing",
]

Tampering = Literal["edit", "delete", "insert", "reorder", "tail_cut", "rollback", "clock_forgery"]

_TAMPERING: Final[dict[Kind, Tampering]] = {
    "entry_altered": "edit",
    "columns_differ": "edit",
    "head_differs": "edit",
    "rewritten": "edit",
    "entry_missing": "delete",
    "entry_inserted": "insert",
    "entry_beyond_head": "insert",
    "entry_moved": "reorder",
    "rolled_back": "tail_cut",
    "anchor_unknown": "rollback",
    "clock_differs": "clock_forgery",
}

_SENTENCES: Final[dict[Kind, tuple[str, str]]] = {
    "entry_altered": (
        "该条审计记录与链值不符，请封存数据库并核对备份。",
        "this entry does not match its digest; preserve the database and compare with a backup",
    ),
    "entry_missing": (
        "从该序号起缺少审计记录，请封存数据库并从备份查找。",
        "entries are missing from this number on; preserve the database and look for them in a backup",
    ),
    "entry_inserted": (
        "该条审计记录是后来插入的，请封存数据库并查明写入者。",
        "this entry was put in later; preserve the database and find out who wrote it",
    ),
    "entry_moved": (
        "该位置的审计记录被调换了顺序，请封存数据库并核对备份。",
        "another entry was moved to this place; preserve the database and compare with a backup",
    ),
    "clock_differs": (
        "该时间不在前后两个锚的时间之间：时钟被改动或时间系伪造，请核对主机时钟与同一请求的其他记录。",
        "this time does not lie between those of the anchors around it: a clock was set, or the time is forged; check "
        "the clocks of the hosts and other records of the same request",
    ),
    "entry_beyond_head": (
        "链首之后存在审计记录，请封存数据库并查明写入者。",
        "an entry stands beyond the head of its lane; preserve the database and find out who wrote it",
    ),
    "columns_differ": (
        "该条记录的对象或动作列与内容不符，请封存数据库并核对备份。",
        "subject or action beside this entry differ from what it says; preserve the database and compare with a backup",
    ),
    "head_differs": (
        "链首与最后一条记录不符，请封存数据库并核对备份。",
        "the head of the lane is not its last entry; preserve the database and compare with a backup",
    ),
    "head_missing": (
        "该链没有链首，请封存数据库并核对备份。",
        "the lane has no head; preserve the database and compare with a backup",
    ),
    "rolled_back": (
        "链短于已锚定的位置：数据库被回退或截断，请按处置手册查明原因。",
        "the lane ends before what was anchored: the database was rolled back or cut; follow the runbook",
    ),
    "rewritten": (
        "该位置的链值与锚定值不同：链被整体重写，请按处置手册查明原因。",
        "this entry is not the one that was anchored: the lane was rewritten; follow the runbook",
    ),
    "anchor_missing": (
        "该编号的锚不在存储桶中，请从保管方副本恢复并查明删除者。",
        "the anchor is not in the bucket; take it from the keeper's copy and find out who removed it",
    ),
    "anchor_altered": (
        "该锚无法验证：内容或签名被改动，请与保管方副本核对。",
        "the anchor does not verify: content or signature were changed; compare with the keeper's copy",
    ),
    "anchor_foreign": (
        "该锚属于另一服务，请核对来源。",
        "the anchor is another service's; check where it came from",
    ),
    "anchor_forked": (
        "同一编号存在两个不同的锚：历史曾被回退后重写，请按处置手册处理。",
        "two different anchors have this number: history was rolled back and continued; follow the runbook",
    ),
    "anchor_unknown": (
        "存储桶中的锚不为数据库所知：数据库被回退，请按处置手册处理。",
        "the bucket holds an anchor that the database does not know: it was rolled back; follow the runbook",
    ),
    "kept_copy_missing": (
        "保管方没有该锚的副本，请检查其队列与数据库。",
        "the keeper has no copy of this anchor; look at its queue and at its database",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: in which lane, at which entry, against which anchor, as far as each applies. For an
    entry that contradicts an anchor, `sequence` is the anchored position."""

    kind: Kind
    lane: int | None = None
    sequence: int | None = None
    anchor: int | None = None

    @property
    def place(self) -> tuple[str, int | None, int | None, int | None]:
        """What makes it the same finding tomorrow: a lane that was cut grows again, and is then a rewritten one."""
        kind = "contradicted" if self.kind in ("rolled_back", "rewritten") else self.kind
        return (kind, self.lane, self.sequence, self.anchor)

    def sentence(self, language: str) -> str:
        """What it means and what to do next, in `language` ("zh" or anything else for English)."""
        return _SENTENCES[self.kind][0 if language == "zh" else 1]


def tampering_of(finding: Finding, among: Collection[Finding]) -> Tampering | None:
    """What somebody did to the chain, as one finding among all tells it; None where it speaks of an anchor alone.
    Several lanes that go back, or an anchor that the database does not know, are a database rolled back as a whole."""
    kind = _TAMPERING.get(finding.kind)
    if finding.kind in ("rolled_back", "rewritten"):
        lanes = {one.lane for one in among if one.kind == "rolled_back"}
        if len(lanes) > 1 or any(one.kind == "anchor_unknown" for one in among):
            return "rollback"
    return kind
