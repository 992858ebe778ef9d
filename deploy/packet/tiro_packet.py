"""Verifies a decision packet offline: every file, the chain of its audit entries, the anchor, the signature.

    python -m tiro_packet PACKET.zip --keys packet-keys.json

One file, of the standard library and `cryptography`; copy it to wherever packets are kept. `packet-keys.json` is the
answer of /api/declaration/v1/packet-keys: take it from the platform itself, never from whoever hands you the packet.
Ends with 0 when everything holds, 1 when something was tampered with (each finding is named), 2 when it can not be
read."""

import argparse
import hashlib
import json
import lzma
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT: Final = "tiro-packet/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
ENTRIES: Final = "audit/entries.json"
ANCHOR: Final = "audit/anchor.json"
DOCUMENTS: Final = "data/documents.json"
MESSAGES: Final = "data/messages.json"
LARGEST: Final = 1024 * 1024 * 1024
"""Bytes of one packet, unpacked."""
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
"""What unpacking a damaged file raises."""
EXPLAINED: Final[Mapping[str, str]] = {
    "archive_unsafe": "unsafe or doubled names, or more than a packet holds / 压缩包内有异常文件名或体积异常",
    "manifest_unreadable": "manifest or signature is missing or not readable / 清单或签名缺失、无法读取",
    "key_unknown": "signed with a key the platform does not publish / 签名密钥不是平台公布的密钥",
    "signature_wrong": "the manifest is not what the platform signed / 清单与平台签名不符",
    "file_altered": "the file is not what was exported / 文件内容被改动",
    "file_missing": "a listed file is not there / 清单中的文件缺失",
    "file_added": "a file that is not listed / 多出清单以外的文件",
    "entry_altered": "the audit entry is not what was chained / 审计记录被改动",
    "chain_broken": "audit entries were left out, added or reordered / 审计记录缺失、增加或顺序被改动",
    "anchor_contradicted": "an audit entry contradicts the anchor / 审计记录与锚点不符",
    "notice_altered": "the notice is not what was told / 通知内容被改动",
    "document_exchanged": "a document is not the one of the declaration / 材料与申报中登记的材料不一致",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `place` is a path in the packet, or a place in the audit trail."""

    kind: str
    place: str


class PacketUnreadable(Exception):
    """It is no packet at all."""


def verify(packet: Path, keys: Mapping[str, bytes]) -> tuple[list[Finding], dict[str, Any]]:
    """All findings, and the manifest (empty when it can not be read). `keys`: key id to raw Ed25519 public key.
    Raises PacketUnreadable."""
    try:
        with zipfile.ZipFile(packet) as archive:
            names = [one.filename for one in archive.infolist()]
            if _is_unsafe(archive, names):
                return [Finding("archive_unsafe", packet.name)], {}
            found = {name: _read(archive, name) for name in names}
    except UnicodeDecodeError:
        return [Finding("archive_unsafe", packet.name)], {}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise PacketUnreadable(type(error).__name__) from None
    try:
        manifest, signature = json.loads(found[MANIFEST]), json.loads(found[SIGNATURE])
        listed = {str(one["path"]): (int(one["size"]), str(one["sha256"])) for one in manifest["files"]}
        if manifest["format"] != FORMAT:
            raise ValueError
    except (KeyError, TypeError, ValueError, RecursionError):
        return [Finding("manifest_unreadable", MANIFEST)], {}
    findings = [*_signed(found[MANIFEST], signature, keys), *_files(found, listed)]
    findings += _trail(found, manifest)
    findings += _documents(found, listed)
    findings += _notices(found, manifest)
    return findings, manifest


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Nothing for a file that can not be unpacked or whose own checksum fails: it is not what was listed."""
    try:
        return archive.read(name)
    except _DAMAGED:
        return b""


def _is_unsafe(archive: zipfile.ZipFile, names: Sequence[str]) -> bool:
    """Nothing is unpacked to disk, yet others may do so."""
    paths = [PurePosixPath(name) for name in names]
    strange = any(path.is_absolute() or ".." in path.parts or "\\" in str(path) for path in paths)
    return strange or len(set(names)) != len(names) or sum(one.file_size for one in archive.infolist()) > LARGEST


def _signed(manifest: bytes, signature: Any, keys: Mapping[str, bytes]) -> Iterator[Finding]:
    try:
        key = keys.get(str(signature["key_id"]))
        if key is None:
            yield Finding("key_unknown", str(signature["key_id"])[:80])
            return
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature["signature"]), manifest)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        yield Finding("signature_wrong", SIGNATURE)


def _files(found: Mapping[str, bytes], listed: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    for path, (size, sha256) in listed.items():
        if path not in found:
            yield Finding("file_missing", path)
        elif len(found[path]) != size or hashlib.sha256(found[path]).hexdigest() != sha256:
            yield Finding("file_altered", path)
    for path in found:
        if path not in listed and path not in (MANIFEST, SIGNATURE):
            yield Finding("file_added", path)


def chain_of(packet_id: str, digests: Sequence[str]) -> str:
    """The packet's own chain over the digests of its entries, in their order."""
    head = hashlib.sha256(packet_id.encode()).digest()
    for digest in digests:
        head = hashlib.sha256(head + bytes.fromhex(digest)).digest()
    return head.hex()


def _trail(found: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Each entry follows from the digest before it, as the trail chains it; those of one lane follow one another."""
    try:
        entries = json.loads(found[ENTRIES])
        ends: dict[int, tuple[int, str]] = {}
        for one in entries:
            lane, sequence, previous = int(one["lane"]), int(one["sequence"]), bytes.fromhex(one["previous"])
            place = f"{ENTRIES} {lane}/{sequence}"
            text = one["entry"].encode()
            if hashlib.sha256(previous + sequence.to_bytes(8, "big") + text).hexdigest() != one["digest"]:
                yield Finding("entry_altered", place)
            last, digest = ends.get(lane, (0, ""))
            if last == sequence - 1 and last and digest != one["previous"]:
                yield Finding("chain_broken", place)
            ends[lane] = max(ends.get(lane, (0, "")), (sequence, one["digest"]))
        told = manifest["audit"]
        own = chain_of(str(manifest["packet_id"]), [one["digest"] for one in entries])
        if (own, len(entries)) != (told["head"], told["entries"]):
            yield Finding("chain_broken", ENTRIES)
        yield from _anchored(found, entries)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError):
        yield Finding("chain_broken", ENTRIES)


def _anchored(found: Mapping[str, bytes], entries: Sequence[Any]) -> Iterator[Finding]:
    """Where an entry was the head of its lane when the anchor was made, both say the same."""
    anchor = json.loads(found[ANCHOR])
    if anchor is None:
        return
    if hashlib.sha256(anchor["document"].encode()).hexdigest() != anchor["digest"]:
        yield Finding("anchor_contradicted", ANCHOR)
    heads = {int(lane): (int(end), digest) for lane, end, digest in json.loads(anchor["document"])["heads"]}
    for one in entries:
        end, digest = heads.get(int(one["lane"]), (0, ""))
        follower = int(one["sequence"]) == end + 1 and end > 0 and one["previous"] != digest
        if follower or (int(one["sequence"]) == end and one["digest"] != digest):
            yield Finding("anchor_contradicted", f"{ENTRIES} {one['lane']}/{one['sequence']}")


def _documents(found: Mapping[str, bytes], listed: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    """The hash that the declaration keeps of each page is the hash of the file beside it."""
    try:
        for document in json.loads(found[DOCUMENTS]):
            for page in document["pages"]:
                if listed.get(page["path"], (0, ""))[1] != page["sha256"]:
                    yield Finding("document_exchanged", str(page["path"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        yield Finding("document_exchanged", DOCUMENTS)


def digest_of(notice: Any) -> str:
    """Of its canonical JSON."""
    return hashlib.sha256(json.dumps(notice, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _notices(found: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Each notice is the one whose digest was signed. Packets of before hold none."""
    if "notices" not in manifest:
        return
    try:
        content, signed = json.loads(found[MESSAGES]), manifest["notices"]
        told, digests = content["notices"], signed["digests"]
        for number, (one, digest) in enumerate(zip(told, digests, strict=False), start=1):
            if digest_of(one) != digest:
                yield Finding("notice_altered", f"{MESSAGES} {number} {one['template_key']}")
        if (len(told), content["state"]) != (len(digests), signed["state"]):
            yield Finding("notice_altered", MESSAGES)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        yield Finding("notice_altered", MESSAGES)


def read_keys(path: Path) -> dict[str, bytes]:
    """The published keys. Raises PacketUnreadable."""
    try:
        published = json.loads(path.read_bytes())["keys"]
        return {str(one["key_id"]): bytes.fromhex(one["public_key"]) for one in published}
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise PacketUnreadable(f"keys: {type(error).__name__}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="tiro_packet", description="Verify a decision packet offline.")
    parser.add_argument("packet", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="the answer of /api/declaration/v1/packet-keys")
    given = parser.parse_args(arguments)
    try:
        findings, manifest = verify(given.packet, read_keys(given.keys))
    except PacketUnreadable as error:
        sys.stdout.write(f"unreadable: {error}\n")
        return 2
    for one in findings:
        sys.stdout.write(f"{one.kind}: {one.place}: {EXPLAINED[one.kind]}\n")
    if findings:
        return 1
    sys.stdout.write(f"intact / 完整未改动: {manifest['number']} ({len(manifest['files'])} files)\n")
    told = manifest.get("notices", {})
    if told.get("state") == "unavailable":
        sys.stdout.write(f"notices: unavailable / 未包含通知 ({told.get('reason')})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
