"""Generated secrets and key rings."""

import base64
import json
from pathlib import Path

import pytest

from deploy.local.credentials import Credentials, data_classes, keyring_file, write_keyrings
from deploy.local.home import SERVICES, Home


def _rings(home: Home) -> dict[str, dict[str, dict[str, object]]]:
    return {service: json.loads(keyring_file(home, service).read_text()) for service in SERVICES}


def test_classes_of_each_service() -> None:
    """Each service holds the keys of the data it must read, and no other."""
    assert {service: set(names) for service, names in data_classes().items()} == {
        "identity": {
            "person",
            "contact",
            "image",
            "login_code",
            "staff_secret",
            "index_person",
            "index_contact",
            "idempotency",
            "audit_anchor_identity",
        },
        "institution": {
            "person",
            "contact",
            "index_person",
            "institution",
            "object",
            "idempotency",
            "audit_anchor_institution",
        },
        "declaration": {
            "person",
            "index_person",
            "declaration",
            "object",
            "told_notice",
            "idempotency",
            "answer_signing",
            "audit_anchor_declaration",
        },
        "notification": {
            "contact",
            "login_code",
            "index_number",
            "message",
            "told_notice",
            "idempotency",
            "audit_anchor_notification",
        },
    }


@pytest.mark.requirement("V46")
def test_one_key_per_class_wherever_it_is_known(tmp_path: Path) -> None:
    """What one service seals another one with the class can open; different classes never share a key."""
    home = Home.at(tmp_path)
    write_keyrings(home)
    keys: dict[str, set[str]] = {}
    for ring in _rings(home).values():
        for name, entry in ring.items():
            keys.setdefault(name, set()).add(json.dumps(entry))
    assert all(len(values) == 1 for values in keys.values())
    assert len({value for values in keys.values() for value in values}) == len(keys)
    entry = _rings(home)["identity"]["person"]
    assert entry["active"] == "k1"
    assert isinstance(entry["keys"], dict)
    assert len(base64.b64decode(entry["keys"]["k1"]["secret"])) == 32


def test_keys_are_kept(tmp_path: Path) -> None:
    """A second start keeps every key, also for a service whose ring was lost."""
    home = Home.at(tmp_path)
    write_keyrings(home)
    before = _rings(home)
    keyring_file(home, "declaration").unlink()
    write_keyrings(home)
    after = _rings(home)
    assert after["identity"] == before["identity"]
    assert after["declaration"]["person"] == before["declaration"]["person"]
    assert after["declaration"]["declaration"] != before["declaration"]["declaration"], "this key existed only there"


def test_secrets_are_private_and_stable(tmp_path: Path) -> None:
    """Secrets are readable by their owner only and stay the same from start to start."""
    home = Home.at(tmp_path)
    first = Credentials(home).of("postgres.identity")
    write_keyrings(home)
    assert Credentials(home).of("postgres.identity") == first
    assert Credentials(home).of("postgres.institution") != first
    assert home.secrets.stat().st_mode & 0o777 == 0o700
    for file in home.secrets.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
