"""The offline verifier: an intact packet holds, and each kind of tampering has its name (C6, V62)."""

import ast
import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.packet import tiro_packet
from services.declaration.use_cases.packets.compose_notices import complete
from services.declaration.use_cases.packets.compose_packet import Composed
from services.declaration.use_cases.packets.seal_manifest import seal_manifest
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.keyring import Key, Keyring

NOW = datetime(2027, 1, 8, 10, 0, tzinfo=SHANGHAI)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
Files = dict[str, bytes]
NOTICE = {"template_key": "declaration_approved", "title": "审核通过", "body": "您的申报已审核通过。"}
SOURCE = Path(tiro_packet.__file__)


def keyring() -> Keyring:
    """A keyring with the one class that signs."""
    key = Key("k1", "AES-256-GCM", hashlib.sha256(b"test").digest())
    return Keyring({"audit_anchor_declaration": ("k1", {"k1": key})})


def entries() -> list[dict[str, Any]]:
    """Four chained entries of two lanes; the last two of lane 3 follow one another."""
    made, digest = [], hashlib.sha256(b"elsewhere").digest()
    for lane, sequence in ((3, 7), (5, 1), (3, 12), (3, 13)):
        text = json.dumps({"action": "declaration.move", "n": sequence})
        previous = digest if sequence == 13 else hashlib.sha256(f"{lane}/{sequence}".encode()).digest()
        digest = hashlib.sha256(previous + sequence.to_bytes(8, "big") + text.encode()).digest()
        one = {"lane": lane, "sequence": sequence, "previous": previous.hex(), "entry": text, "digest": digest.hex()}
        made.append(one)
    return made


def packet() -> tuple[Files, dict[str, bytes]]:
    """The files of an intact packet, and the published keys."""
    trail, scan = entries(), b"%PDF-1.7 a certificate"
    document = json.dumps({"heads": [[3, 12, trail[2]["digest"]], [5, 1, trail[1]["digest"]]]})
    anchor = {"document": document, "digest": hashlib.sha256(document.encode()).hexdigest()}
    page = {"path": "files/one-01.pdf", "sha256": hashlib.sha256(scan).hexdigest()}
    notices = complete([NOTICE | {"recipient": one} for one in ("candidate", "staff")])
    data = {
        "data/messages.json": json.dumps(notices.content, ensure_ascii=False).encode(),
        "data/declaration.json": b'{"number":"D2027-000001"}',
        "data/decisions.json": b'[{"action":"approve"}]',
        "data/documents.json": json.dumps([{"pages": [page]}]).encode(),
        "audit/entries.json": json.dumps(trail).encode(),
        "audit/anchor.json": json.dumps(anchor).encode(),
        "files/one-01.pdf": scan,
    }
    packet_id = new_id()
    composed = Composed("D2027-000001", str(new_id()), data, [], [one["digest"] for one in trail], notices.told)
    listed = [(path, len(body), hashlib.sha256(body).hexdigest()) for path, body in data.items()]
    manifest, signature, key = seal_manifest(keyring(), packet_id, composed, listed, NOW)
    return data | {"manifest.json": manifest, "signature.json": signature}, {key.key_id: key.public_key}


def found(files: Files, keys: dict[str, bytes], where: Path) -> set[str]:
    """The kinds of findings."""
    path = where / "packet.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    findings, _ = tiro_packet.verify(path, keys)
    return {one.kind for one in findings}


def relisted(files: Files, *, by: Ed25519PrivateKey | None = None, key_id: str = "k1") -> Files:
    """A careful forger brings the manifest in line with the files and its chain with the entries; `by` signs it
    anew."""
    manifest = json.loads(files["manifest.json"])
    plain = {name: data for name, data in files.items() if name not in ("manifest.json", "signature.json")}
    manifest["files"] = [
        {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in plain.items()
    ]
    digests = [one["digest"] for one in json.loads(files["audit/entries.json"])]
    manifest["audit"] = {"entries": len(digests), "head": tiro_packet.chain_of(manifest["packet_id"], digests)}
    written = json.dumps(manifest).encode()
    again = dict(files) | {"manifest.json": written}
    if by is not None:
        signature = {"algorithm": "Ed25519", "key_id": key_id, "signature": by.sign(written).hex()}
        again["signature.json"] = json.dumps(signature).encode()
    return again


def with_trail(files: Files, change: Callable[[list[dict[str, Any]]], Any]) -> Files:
    """The same with other audit entries."""
    trail = json.loads(files["audit/entries.json"])
    change(trail)
    return files | {"audit/entries.json": json.dumps(trail).encode()}


def with_notices(files: Files, change: Callable[[list[dict[str, Any]]], Any]) -> Files:
    """The same with other notices."""
    content = json.loads(files["data/messages.json"])
    change(content["notices"])
    return files | {"data/messages.json": json.dumps(content).encode()}


def _alter_entry(trail: list[dict[str, Any]]) -> None:
    trail[0]["entry"] = trail[0]["entry"].replace("move", "none")


def _rechain_entry(trail: list[dict[str, Any]]) -> None:
    """The entry at the anchored head, with a digest that fits its new text."""
    one = trail[2]
    one["entry"] = one["entry"].replace("move", "none")
    begun = bytes.fromhex(one["previous"]) + one["sequence"].to_bytes(8, "big")
    one["digest"] = hashlib.sha256(begun + one["entry"].encode()).hexdigest()


CASES: dict[str, tuple[Callable[[Files], Files], set[str]]] = {
    "a file is altered": (lambda f: f | {"data/decisions.json": b"[]"}, {"file_altered"}),
    "a file is altered and listed anew": (
        lambda f: relisted(f | {"data/decisions.json": b"[]"}),
        {"signature_wrong"},
    ),
    "a file is taken out": (lambda f: {k: v for k, v in f.items() if k != "data/declaration.json"}, {"file_missing"}),
    "a file is put in": (lambda f: f | {"data/more.json": b"{}"}, {"file_added"}),
    "signed by somebody else under the same key id": (lambda f: relisted(f, by=STRANGER), {"signature_wrong"}),
    "signed with a key of one's own": (lambda f: relisted(f, by=STRANGER, key_id="mine"), {"key_unknown"}),
    "an audit entry is altered": (
        lambda f: relisted(with_trail(f, _alter_entry)),
        {"entry_altered", "signature_wrong"},
    ),
    "an audit entry is left out": (lambda f: with_trail(f, lambda t: t.pop(0)), {"chain_broken", "file_altered"}),
    "audit entries change places": (lambda f: with_trail(f, lambda t: t.reverse()), {"chain_broken", "file_altered"}),
    "an audit entry is put in twice": (
        lambda f: with_trail(f, lambda t: t.append(t[0])),
        {"chain_broken", "file_altered"},
    ),
    "an anchored entry is chained anew": (
        lambda f: relisted(with_trail(f, _rechain_entry)),
        {"anchor_contradicted", "chain_broken", "signature_wrong"},
    ),
    "a document is exchanged": (
        lambda f: relisted(f | {"files/one-01.pdf": b"%PDF-1.7 another"}),
        {"document_exchanged", "signature_wrong"},
    ),
    "a letter of a notice is changed": (
        lambda f: relisted(with_notices(f, lambda n: n[1].update(body="您的申报未审核通过。"))),
        {"notice_altered", "signature_wrong"},
    ),
    "a notice is left out": (
        lambda f: relisted(with_notices(f, lambda n: n.pop())),
        {"notice_altered", "signature_wrong"},
    ),
    "the manifest is gone": (lambda f: {k: v for k, v in f.items() if k != "manifest.json"}, {"manifest_unreadable"}),
    "a name leads out of the archive": (lambda f: f | {"../evil": b""}, {"archive_unsafe"}),
}


@pytest.mark.requirement("C6", "V62")
def test_an_intact_packet_holds(tmp_path: Path) -> None:
    """Nothing is found in what nobody touched."""
    files, keys = packet()
    assert found(files, keys, tmp_path) == set()


@pytest.mark.requirement("C6", "V62")
@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_tampering_has_its_name(case: str, tmp_path: Path) -> None:
    """What was done to the packet is what the verifier says."""
    files, keys = packet()
    tamper, expected = CASES[case]
    assert found(tamper(files), keys, tmp_path) == expected


@pytest.mark.requirement("C6", "V62")
def test_the_notice_with_the_changed_letter_is_named(tmp_path: Path) -> None:
    """Its place among the notices, and its kind."""
    files, keys = packet()
    found(with_notices(files, lambda n: n[1].update(title="审核通过了")), keys, tmp_path)
    places = {one.place for one in tiro_packet.verify(tmp_path / "packet.zip", keys)[0] if one.kind == "notice_altered"}
    assert places == {"data/messages.json 2 declaration_approved"}


@pytest.mark.requirement("C6", "V62")
def test_a_packet_of_before_notices_still_holds(tmp_path: Path) -> None:
    """A manifest that says nothing of notices is asked for none."""
    files, _ = packet()
    own = Ed25519PrivateKey.generate()
    manifest = {name: value for name, value in json.loads(files["manifest.json"]).items() if name != "notices"}
    plain = {name: data for name, data in files.items() if name != "data/messages.json"}
    older = relisted(plain | {"manifest.json": json.dumps(manifest).encode()}, by=own)
    assert found(older, {"k1": own.public_key().public_bytes_raw()}, tmp_path) == set()


@pytest.mark.requirement("C6", "V62")
def test_a_byte_changed_inside_the_archive_is_an_altered_file(tmp_path: Path) -> None:
    """Without so much as mending the checksum of the archive."""
    files, keys = packet()
    found(files, keys, tmp_path)
    path = tmp_path / "packet.zip"
    path.write_bytes(path.read_bytes().replace(b'"action":"approve"', b'"action":"rejecte"'))
    findings, _ = tiro_packet.verify(path, keys)
    assert [(one.kind, one.place) for one in findings] == [("file_altered", "data/decisions.json")]


@pytest.mark.requirement("C6", "V62")
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_byte_changed_inside_a_packed_file_is_an_altered_file(method: int, tmp_path: Path) -> None:
    """Whatever byte of the packed data it is, and whatever its packer says of it."""
    files, keys = packet()
    path = tmp_path / "packet.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        one = archive.getinfo("data/documents.json")
    whole, begin = path.read_bytes(), one.header_offset + 30 + len(one.filename)
    for place in range(begin, begin + one.compress_size):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert {found.kind for found in tiro_packet.verify(path, keys)[0]} <= {"file_altered", "document_exchanged"}
    place = begin + one.compress_size // 2
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
    assert "file_altered" in {found.kind for found in tiro_packet.verify(path, keys)[0]}


@pytest.mark.requirement("C6", "V62")
def test_a_name_that_is_no_text_makes_an_unsafe_archive(tmp_path: Path) -> None:
    """A name marked as UTF-8 that is none."""
    files, keys = packet()
    found(files | {"files/名-01.pdf": b""}, keys, tmp_path)
    path = tmp_path / "packet.zip"
    path.write_bytes(path.read_bytes().replace("名".encode(), b"\xff\xfe\xfd"))
    findings, manifest = tiro_packet.verify(path, keys)
    assert ([one.kind for one in findings], manifest) == (["archive_unsafe"], {})


@pytest.mark.requirement("C6", "V62")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("manifest.json", {"manifest_unreadable"}),
        ("signature.json", {"manifest_unreadable"}),
        ("audit/entries.json", {"chain_broken", "file_altered"}),
        ("audit/anchor.json", {"chain_broken", "file_altered"}),
        ("data/documents.json", {"document_exchanged", "file_altered"}),
    ],
)
def test_json_nested_beyond_reading_is_a_finding(path: str, expected: set[str], tmp_path: Path) -> None:
    """Brackets without end in whichever file."""
    files, keys = packet()
    assert found(files | {path: b"[" * 200_000}, keys, tmp_path) == expected


def test_a_verifier_without_the_signature_believes_a_careful_forger(tmp_path: Path) -> None:
    """Negative control: with the forger's key among the trusted ones the altered decision passes, so nothing but the
    published keys stands between."""
    files, keys = packet()
    forged = relisted(files | {"data/decisions.json": b"[]"}, by=STRANGER, key_id="mine")
    assert found(forged, keys, tmp_path) == {"key_unknown"}
    assert found(forged, keys | {"mine": STRANGER.public_key().public_bytes_raw()}, tmp_path) == set()


@pytest.mark.requirement("C6")
def test_the_command_needs_nothing_of_the_system(tmp_path: Path) -> None:
    """Copied alone into an empty folder it says intact, names what is wrong, and says when there is nothing to read."""
    files, keys = packet()
    found(files, keys, tmp_path)
    (tmp_path / "tiro_packet.py").write_bytes(SOURCE.read_bytes())
    published = [{"key_id": name, "public_key": key.hex()} for name, key in keys.items()]
    (tmp_path / "keys.json").write_text(json.dumps({"keys": published}))
    assert _run(tmp_path) == (0, "intact")
    found(files | {"README.txt": b"x"}, keys, tmp_path)
    assert _run(tmp_path) == (1, "file_added")
    (tmp_path / "packet.zip").write_bytes(base64.b64decode("bm90IGEgemlw"))
    assert _run(tmp_path) == (2, "unreadable")


def _run(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "tiro_packet", "packet.zip", "--keys", "keys.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout.split(":")[0].split(" ")[0]


def test_the_command_imports_the_standard_library_and_cryptography() -> None:
    """It can be kept beside the archive for decades."""
    nodes = list(ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))))
    named = {one.module or "" for one in nodes if isinstance(one, ast.ImportFrom)}
    named |= {alias.name for one in nodes if isinstance(one, ast.Import) for alias in one.names}
    assert {name.split(".")[0] for name in named} - sys.stdlib_module_names == {"cryptography"}
