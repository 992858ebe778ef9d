"""For which site passkeys are made, and what production refuses (V11, V80)."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.identity.domain.relying_party import RelyingParty, relying_party
from services.identity.settings import Settings

ENGINES: dict[str, Any] = {
    "postgres": {"dsn": "postgres://identity@db.tiro.example.org/tiro?sslmode=verify-full"},
    "broker": {"url": "amqps://identity@mq.tiro.example.org"},
    "bucket": {"endpoint": "s3.tiro.example.org", "access_key": "a", "name": "tiro-identity"}
    | {"secret_key_file": Path(__file__), "versioned": True},  # any file that can be read
    "audit": {"anchor_lock_days": 3650},
    "http": {"gateway_keys_file": "gateway-keys"},
    "keyring_file": "keyring.json",
    "subject_keys": {"dsn": "postgres://identity@keys.tiro.example.org/tiro_keys?sslmode=verify-full"},
}


def settings(public_url: str, profile: str = "production", **passkey: Any) -> Settings:
    """Settings that differ in nothing else."""
    given = {"profile": profile, "public_url": public_url, "passkey": passkey}
    return Settings.model_validate(ENGINES | given)


@pytest.mark.requirement("V11")
def test_the_public_address_says_for_which_site() -> None:
    """Host and origin of the public address, the port where there is one; a bare address stands for this machine."""
    for url, party in (
        ("https://tiro.example.org/", RelyingParty("tiro.example.org", ("https://tiro.example.org",))),
        ("https://tiro.example.org:8443", RelyingParty("tiro.example.org", ("https://tiro.example.org:8443",))),
        ("http://127.0.0.1:8080", RelyingParty("localhost", ("http://localhost:8080",))),
    ):
        assert relying_party(url, "", ()) == party
    wider = relying_party("https://tiro.example.org", "example.org", ("https://staff.example.org",))
    assert wider == RelyingParty("example.org", ("https://staff.example.org",))


@pytest.mark.requirement("V11", "V80")
@pytest.mark.parametrize(
    ("url", "passkey"),
    [
        ("https://localhost", {}),
        ("https://127.0.0.1", {}),
        ("https://tiro.example.org", {"party_id": "localhost", "origins": ("https://localhost",)}),
        ("https://tiro.example.org", {"party_id": "a.localhost", "origins": ("https://a.localhost",)}),
        ("https://tiro.example.org", {"origins": ("http://tiro.example.org",)}),
        ("https://tiro.example.org", {"party_id": "192.0.2.7", "origins": ("https://192.0.2.7",)}),
    ],
)
def test_production_refuses_passkeys_of_this_machine(url: str, passkey: dict[str, Any]) -> None:
    """The name of this machine, an address, or an origin without TLS; the same is fine in development."""
    with pytest.raises(ValidationError, match=r"production profile refused: passkey\."):
        settings(url, **passkey)
    assert settings(url, "development", **passkey).relying_party.party_id


@pytest.mark.requirement("V11")
@pytest.mark.parametrize("profile", ["production", "development"])
def test_an_origin_elsewhere_is_refused_in_every_profile(profile: str) -> None:
    """A page of another host can never use passkeys of this one."""
    with pytest.raises(ValidationError, match=r"passkey\.origins"):
        settings("https://tiro.example.org", profile, origins=("https://tiro.example.net",))
    assert settings("https://tiro.example.org", profile, origins=("https://a.tiro.example.org",)).relying_party
