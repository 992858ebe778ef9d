"""What the page for the national network promises: its test vector, its statuses, its fields, its command."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from services.declaration.domain.status import StatusValue
from services.declaration.domain.status_form import FORM_FIELDS
from shared.security.keyring import Key, Keyring
from shared.security.signed_answers import SignatureWrong, check_answer, public_keys, sign_answer
from tests.contract.services import ROOT

PAGE = (ROOT / "docs" / "integration" / "national-network.md").read_text(encoding="utf-8")
_RING = Keyring({"answer_signing": ("vector", {"vector": Key("vector", "AES-256-GCM", bytes(range(32)))})})


@pytest.fixture
def vector() -> dict[str, Any]:
    """The vector of the page."""
    found: dict[str, Any] = json.loads(PAGE.partition("```json")[2].partition("```")[0])
    return found


@pytest.mark.requirement("V28")
def test_the_vector_of_the_page_holds(vector: dict[str, Any]) -> None:
    """Our own check and a JOSE library agree that it is good, and the published key is the one of the ring."""
    body = vector["body"].encode()
    assert check_answer(vector["keys"], vector["signature"], body) == vector["header"]
    head, _, tail = vector["signature"].partition("..")
    payload = jws.serialize_compact({"alg": "ES256"}, body, ECKey.generate_key("P-256")).split(".")[1]
    own = jws.JWSRegistry(strict_check_header=False)
    checked = jws.deserialize_compact(f"{head}.{payload}.{tail}", ECKey.import_key(vector["keys"][0]), registry=own)
    assert checked.payload == body
    assert public_keys(_RING) == vector["keys"]


@pytest.mark.requirement("V28")
def test_whatever_is_altered_is_refused(vector: dict[str, Any]) -> None:
    """Every byte of the body and of the signature counts: each altered one is refused, and so is a key of somebody
    else under the same id."""
    body, signature = vector["body"].encode(), vector["signature"]
    for place in range(len(body)):
        with pytest.raises(SignatureWrong):
            check_answer(vector["keys"], signature, body[:place] + bytes((body[place] ^ 1,)) + body[place + 1 :])
    # Of the last character of a part some bits say nothing.
    for place in range(0, len(signature) - 2, 7):
        other = "A" if signature[place] != "A" else "B"
        with pytest.raises(SignatureWrong):
            check_answer(vector["keys"], signature[:place] + other + signature[place + 1 :], body)
    foreign = Keyring({"answer_signing": ("other", {"other": Key("other", "AES-256-GCM", bytes(32))})})
    key = public_keys(foreign)[0] | {"kid": vector["keys"][0]["kid"]}
    with pytest.raises(SignatureWrong):
        check_answer([key], signature, body)


@pytest.mark.requirement("V47")
def test_answers_outlive_a_rotation(vector: dict[str, Any]) -> None:
    """After the key was exchanged new answers name the new one, and kept answers still check against what is
    published."""
    old, new = Key("vector", "AES-256-GCM", bytes(range(32))), Key("new", "AES-256-GCM", bytes(range(1, 33)))
    rotated = Keyring({"answer_signing": ("new", {"vector": old, "new": new})})
    keys = public_keys(rotated)
    assert check_answer(keys, vector["signature"], vector["body"].encode()) == vector["header"]
    fresh = sign_answer(rotated, {"op": "status-queries"}, b"{}")
    assert check_answer(keys, fresh, b"{}")["kid"] == keys[0]["kid"] != vector["header"]["kid"]


@pytest.mark.requirement("C7")
def test_the_page_names_every_status_and_field() -> None:
    """The table of statuses and the fields of the form are those of the service, in its order."""
    assert re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)[1:] == list(get_args(StatusValue))
    fields = PAGE.partition("are compared:")[2].partition(". The answer names")[0]
    assert tuple(re.findall(r"`([a-z_]+)`", fields)) == FORM_FIELDS


@pytest.mark.requirement("V28")
def test_the_documented_command_checks_offline(tmp_path: Path, vector: dict[str, Any]) -> None:
    """Good: 0 and what was signed; one blank less: 1."""
    keys, body = tmp_path / "keys.json", tmp_path / "body.json"
    keys.write_text(json.dumps({"keys": vector["keys"]}))
    command = [sys.executable, "-m", "deploy.verify_answer", "--keys", str(keys), "--body", str(body)]
    codes = []
    for text in (vector["body"], vector["body"][:-1]):
        body.write_text(text)
        done = subprocess.run([*command, "--signature", vector["signature"]], cwd=ROOT, capture_output=True, text=True)
        codes.append((done.returncode, '"good": true' in done.stdout))
    assert codes == [(0, True), (1, False)]
