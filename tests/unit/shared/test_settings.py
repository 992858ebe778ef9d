"""The production profile refuses what is convenient in development (V80)."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.notification.settings import Settings as NotificationSettings
from shared.settings import ServiceSettings

SECRET = Path(__file__)  # any file that can be read
SAFE: dict[str, Any] = {
    "profile": "production",
    "postgres": {"dsn": "postgresql://declaration@db/tiro?sslmode=verify-full"},
    "broker": {"url": "amqps://declaration@broker/tiro"},
    "bucket": {"endpoint": "s3:443", "access_key": "a", "secret_key_file": SECRET, "name": "tiro-declaration"}
    | {"versioned": True},
    "audit": {"anchor_lock_days": 3650},
    "keyring_file": "/run/keyring.json",
    "public_url": "https://tiro.example",
    "http": {"gateway_keys_file": "/run/gateway-keys"},
    "subject_keys": {"dsn": "postgresql://declaration@keys/tiro_keys?sslmode=verify-full"},
}
UNSAFE: dict[str, dict[str, Any]] = {
    "database without TLS": {"postgres": {"dsn": "postgresql://declaration@db/tiro"}},
    "broker without TLS": {"broker": {"url": "amqp://declaration@broker/tiro"}},
    "bucket without TLS": {"bucket": SAFE["bucket"] | {"secure": False}, "audit": {}},
    "anchors that can be removed": {"audit": {}},
    "plain public address": {"public_url": "http://tiro.example"},
    "moved clock": {"clock_offset_seconds": 60},
    "collector elsewhere without TLS": {"telemetry": {"otlp_endpoint": "http://collector:4318/v1/traces"}},
    "secret in the environment": {"bucket": SAFE["bucket"] | {"secret_key": "word"}},
    "password in the database's address": {
        "postgres": {"dsn": "postgresql://declaration:word@db/tiro?sslmode=verify-full"}
    },
    "password in the broker's address": {"broker": {"url": "amqps://declaration:word@broker/tiro"}},
    "store of subject keys without TLS": {"subject_keys": {"dsn": "postgresql://declaration@keys/tiro_keys"}},
    "password in the store's address": {
        "subject_keys": {"dsn": "postgresql://declaration:word@keys/tiro_keys?sslmode=verify-full"}
    },
    "calls past the gateway": {"http": {}},
}


@pytest.mark.requirement("V27", "V80")
@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_production_process_does_not_start(name: str) -> None:
    """Each single unsafe setting is refused, by name, before anything listens."""
    with pytest.raises(ValidationError, match="production profile refused"):
        ServiceSettings(**(SAFE | UNSAFE[name]))


@pytest.mark.requirement("V80")
def test_an_armed_failpoint_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failpoints exist for tests only."""
    monkeypatch.setenv("FAILPOINT", "relay.after_publish:kill")
    with pytest.raises(ValidationError, match="FAILPOINT"):
        ServiceSettings(**SAFE)


@pytest.mark.requirement("V80")
@pytest.mark.parametrize("name", ["", *UNSAFE])
def test_control_safe_production_and_unsafe_development_start(name: str) -> None:
    """The same settings pass where they are allowed."""
    if not name:
        assert ServiceSettings(**SAFE).profile == "production"
    else:
        assert ServiceSettings(**(SAFE | UNSAFE[name] | {"profile": "development"})).profile == "development"


@pytest.mark.requirement("V27")
def test_mutual_tls_takes_the_place_of_the_key_and_half_of_it_is_refused() -> None:
    """Certificate, key and the clients' authority prove the gateway too; a certificate alone would let everybody in."""
    files = {"certificate_file": "/run/c.pem", "private_key_file": "/run/k.pem", "client_ca_file": "/run/ca.pem"}
    assert ServiceSettings(**(SAFE | {"http": files})).http.mutual_tls
    for name in files:
        with pytest.raises(ValidationError, match="belong together"):
            ServiceSettings(**(SAFE | {"http": SAFE["http"] | {n: f for n, f in files.items() if n != name}}))


@pytest.mark.requirement("V63", "V80")
def test_a_lock_of_anchors_is_asked_for_by_name_and_wants_versions_and_tls() -> None:
    """Production without a term names what is missing; half of a lock is refused in every profile, none is not."""
    with pytest.raises(ValidationError, match=r"audit\.anchor_lock_days must be set"):
        ServiceSettings(**(SAFE | {"audit": {}}))
    for half in ({"versioned": False}, {"secure": False}):
        for profile in ("production", "development"):
            with pytest.raises(ValidationError, match=r"bucket\.versioned and bucket\.secure|bucket\.secure must"):
                ServiceSettings(**(SAFE | {"profile": profile, "bucket": SAFE["bucket"] | half}))
    assert ServiceSettings(**(SAFE | {"profile": "development", "audit": {}})).audit.anchor_lock_days is None


def test_a_refusal_shows_no_secret() -> None:
    """A wrong setting is named without the values of the others."""
    with pytest.raises(ValidationError) as refused:
        ServiceSettings(**(SAFE | {"public_url": "http://x", "broker": {"url": "amqps://user:hunter2@broker/tiro"}}))
    assert "hunter2" not in str(refused.value)


@pytest.mark.requirement("M5")
@pytest.mark.parametrize(
    "messages", [{"inbox_days": 44}, {"parked_days": 60}, {"outbox_days": 76}, {"inbox_days": 1, "outbox_days": 1}]
)
def test_an_inbox_that_forgets_before_the_last_replay_is_refused(messages: dict[str, int]) -> None:
    """The inbox is kept longer than the parked age and the longest replay together, or nothing starts."""
    with pytest.raises(ValidationError, match="would be handled twice"):
        ServiceSettings(**(SAFE | {"messages": messages}))


@pytest.mark.requirement("M5")
def test_control_terms_that_fit_are_taken() -> None:
    """A day more than both together is enough; the defaults are 90, 14 and 30 days."""
    kept = ServiceSettings(**(SAFE | {"messages": {"inbox_days": 45}})).messages
    assert (kept.inbox_days, kept.parked_days, kept.outbox_days) == (45, 14, 30)
    assert ServiceSettings(**SAFE).messages.inbox_days == 90


@pytest.mark.requirement("V52", "V80")
def test_texts_leave_by_tls_only_in_production() -> None:
    """A provider's address without https is refused. Control: with it the service starts."""
    told = SAFE | {"sms": {"endpoint": "http://sms.example"}}
    with pytest.raises(ValidationError, match=r"sms\.endpoint"):
        NotificationSettings(**told)
    assert NotificationSettings(**(told | {"sms": {}})).sms.endpoint.startswith("https://")


@pytest.mark.requirement("V58")
def test_a_service_that_seals_for_persons_needs_their_keys() -> None:
    """Without the store of subject keys it does not start, and says what is missing."""
    told = {name: value for name, value in SAFE.items() if name != "subject_keys"}
    with pytest.raises(ValidationError, match="subject_keys"):
        NotificationSettings(**told)
    assert ServiceSettings(**told).subject_keys is None
