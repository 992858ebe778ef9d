"""The one TLS context of outgoing connections, and the settings that may not weaken it (V52)."""

import os
import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import PostgresSettings
from shared.tls import TlsSettings, client_context
from tests.support.throwaway_authority import ThrowawayAuthority


@pytest.mark.requirement("V52")
def test_certificates_names_and_versions_are_always_checked(tmp_path: Path) -> None:
    """TLS 1.2 at least, a certificate, its name; with the system's authorities and with a named one alike."""
    for settings in (TlsSettings(), TlsSettings(ca_file=ThrowawayAuthority(tmp_path, "own").file)):
        context = client_context(settings)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.requirement("V52")
def test_a_named_authority_stands_alone_and_is_read_again_when_renewed(tmp_path: Path) -> None:
    """Nobody is believed beside it; a renewed file counts for the next connection, an unchanged one is kept."""
    first, second = ThrowawayAuthority(tmp_path / "a", "first"), ThrowawayAuthority(tmp_path / "b", "second")
    settings = TlsSettings(ca_file=first.file)
    assert _names(client_context(settings)) == ["first"]
    assert client_context(settings) is client_context(settings)
    first.file.write_bytes(second.file.read_bytes())
    os.utime(first.file, (1, 1))
    assert _names(client_context(settings)) == ["second"]


@pytest.mark.requirement("V52")
def test_a_missing_authority_opens_nothing(tmp_path: Path) -> None:
    """No file, no connection: the error is one that loops and requests treat as an outage."""
    with pytest.raises(OSError):
        client_context(TlsSettings(ca_file=tmp_path / "none.pem"))


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("mode", ["allow", "prefer", "require", "verify-ca"])
def test_half_secure_modes_are_no_choice(mode: str) -> None:
    """Modes that fall back to plain text, or believe any certificate or any name, are refused in every profile."""
    with pytest.raises(ValidationError, match="verify-full"):
        PostgresSettings(dsn=SecretStr(f"postgresql://a@db/tiro?sslmode={mode}"))
    with pytest.raises(ValidationError, match="ca_file"):
        PostgresSettings(dsn=SecretStr("postgresql://a@db/tiro?sslmode=verify-full&sslrootcert=/ca.pem"))


@pytest.mark.requirement("V52")
def test_control_the_two_clear_modes_are_taken() -> None:
    """Verified or plain, and plain when nothing is said."""
    demanded = {
        query: PostgresSettings(dsn=SecretStr(f"postgresql://a@db/tiro{query}")).demands_tls
        for query in ("", "?sslmode=disable", "?sslmode=verify-full")
    }
    assert demanded == {"": False, "?sslmode=disable": False, "?sslmode=verify-full": True}


def _names(context: ssl.SSLContext) -> list[str]:
    authorities: list[Any] = context.get_ca_certs()
    return [dict(pair[0] for pair in one["subject"])["commonName"] for one in authorities]
