"""The data of a decision packet as canonical JSON files: what was handed in, decided, evaluated, listed, told, and the
audit entries with what chains them."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.declaration.domain.export import ExportJob
from services.declaration.storage import document_pages, packet_sources, snapshots, timeline
from services.declaration.storage.declarations import DATA_CLASS
from services.declaration.storage.documents import Document, select_snapshot
from services.declaration.use_cases.evaluating.locked_evaluation import opinion_place
from services.declaration.use_cases.packets.compose_notices import PATH as MESSAGES
from services.declaration.use_cases.packets.compose_notices import compose_notices
from services.declaration.use_cases.reviewing.reasons import open_reasons
from shared.audit import anchor_store
from shared.audit.anchors import seed
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.security.sealing import unseal, unseal_text
from shared.uploads.kinds import EXTENSIONS

_README: Final = """本压缩包是一份申报的完整决定材料，可脱离系统核验：
    python -m tiro_packet 本文件.zip --keys packet-keys.json
packet-keys.json 请直接从平台 /api/declaration/v1/packet-keys 下载，不要使用他人提供的文件。
与本申报有关的通知及其正文、发送情况见 data/messages.json；超过保存期限已清除的正文会注明清除时间。
该文件的 state 为 unavailable 时，表示生成材料时未能从消息服务取得通知，可重新导出。注销账号的通知已随账号删除。

All there is about the decisions on one declaration; verify it without the system with the command above. Take
packet-keys.json from the platform itself. Notices about it, their words and what became of them are in
data/messages.json; words whose time was over are gone, and it says since when. Where its state is "unavailable" the
notification service did not answer in time: export again. Notices to a closed account were deleted with the account.
"""

_AMONG_REVIEWERS: Final = ("declaration.write_note", "declaration.read_notes")
"""Actions that are never the candidate's to know (A38)."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies in the bucket, and where it goes in the packet."""

    path: str
    object_key: str


@dataclass(frozen=True, slots=True)
class Composed:
    """Everything but the files of the bucket. `digests`: of the audit entries, in their order; `told`: what the
    manifest says of the notices."""

    number: str
    declaration_id: str
    data: dict[str, bytes]
    files: list[StoredFile]
    digests: list[str]
    told: dict[str, Any]


async def compose_packet(reader: Reader, keyring: Keyring, declaration: dict[str, Any], job: ExportJob) -> Composed:
    """`declaration` was selected with the maker's access. Raises SealBroken."""
    withheld = _AMONG_REVIEWERS if job.maker.kind == "candidate" else ()
    found = await packet_sources.select_sources(reader, declaration, withheld)
    subject = declaration["id"]
    handed = {one["submission"]: _opened(keyring, subject, one) for one in found.snapshots}
    wanted = {document_id for one in handed.values() for document_id in one["content"]["documents"]}
    documents, files = [], list[StoredFile]()
    for document in await select_snapshot(reader, subject, sorted(wanted)):
        pages = [
            (f"files/{document.id}-{page.position:02d}.{EXTENSIONS[page.file_kind]}", page)
            for page in await document_pages.select_all(reader, document)
        ]
        documents.append(_document(keyring, document, [{"path": p, "sha256": one.sha256} for p, one in pages]))
        files += [StoredFile(path, one.object_key) for path, one in pages]
    steps = [_step(keyring, subject, one) for one in await timeline.select(reader, subject)]
    entries = [_entry(one) for one in found.entries]
    told = await compose_notices(reader, keyring, job)
    anchor = await anchor_store.select_newest(reader, "declaration")
    known = {name: value for name, value in declaration.items() if name != "filing_body_path"}
    data: dict[str, Any] = {
        "data/declaration.json": known,
        "data/decisions.json": steps,
        "data/documents.json": documents,
        "data/evaluations.json": [_evaluation(keyring, one) for one in found.evaluations],
        "data/lists.json": found.lists,
        "data/notices.json": found.notices,
        MESSAGES: told.content,
        "audit/entries.json": entries,
        "audit/anchor.json": anchor and {"document": anchor.document.decode(), "digest": anchor.digest.hex()},
    }
    data |= {f"data/submissions/{number:04d}.json": one for number, one in handed.items()}
    written = {path: orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS) for path, value in data.items()}
    written["README.txt"] = _README.encode()
    return Composed(str(known["number"]), str(subject), written, files, [one["digest"] for one in entries], told.told)


def _opened(keyring: Keyring, subject: Any, row: dict[str, Any]) -> dict[str, Any]:
    content = unseal(keyring, DATA_CLASS, snapshots.place(subject, row["submission"]), row["content"])
    return row | {"content": orjson.loads(content)}


def _document(keyring: Keyring, one: Document, pages: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "period_id": one.period_id,
        "file_name": one.open_file_name(keyring),
        "uploaded_at": one.uploaded_at,
        "original_sha256": one.original_sha256,
        "pages": pages,
    }


def _step(keyring: Keyring, subject: Any, one: timeline.TimelineEntry) -> dict[str, Any]:
    reasons = open_reasons(keyring, subject, one.version, one.reasons)
    names = ("version", "at", "action", "role", "from_state", "to_state", "reason_codes")
    return {name: getattr(one, name) for name in names} | {"reasons": reasons}


def _evaluation(keyring: Keyring, row: dict[str, Any]) -> dict[str, Any]:
    sealed = row["opinion"]
    return row | {"opinion": sealed and unseal_text(keyring, DATA_CLASS, opinion_place(row["id"]), sealed)}


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    previous = row["previous"] or seed(row["lane"])
    return {
        "lane": row["lane"],
        "sequence": row["sequence"],
        "previous": previous.hex(),
        "entry": row["entry"],
        "digest": row["digest"].hex(),
    }
