"""Providers are off until they are set up, wholly, and in production talk over TLS only (V80)."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.notification.settings import Settings

SAFE: dict[str, Any] = {
    "profile": "production",
    "postgres": {"dsn": "postgresql://notification@db/tiro?sslmode=verify-full"},
    "subject_keys": {"dsn": "postgresql://notification@keys/tiro_keys?sslmode=verify-full"},
    "broker": {"url": "amqps://notification@broker/tiro"},
    "bucket": {
        "endpoint": "store:9000",
        "access_key": "a",
        "secret_key": "",
        "name": "notification",
        "versioned": True,
    },
    "audit": {"anchor_lock_days": 3650},
    "keyring_file": "/run/keyring.json",
    "public_url": "https://tiro.example",
    "http": {"gateway_keys_file": "/run/gateway-keys"},
}
TENCENT = {"sdk_app_id": "1400006666", "secret_id": "i", "secret_key": "k"}
MAIL = {"host": "mail.example", "sender": "notices@tiro.example"}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "texts in the clear": ({"sms": {"endpoint": "http://sms.example"}}, "sms.endpoint"),
    "second provider in the clear": ({"tencent": {"endpoint": "http://sms.example"}}, "tencent.endpoint"),
    "WeChat in the clear": ({"wechat": {"endpoint": "http://wx.example"}}, "wechat.endpoint"),
    "mail in the clear": ({"smtp": MAIL | {"security": "none"}}, "smtp.security must be tls or starttls"),
    "second provider without key": ({"tencent": TENCENT | {"secret_key": ""}}, "tencent.secret_key"),
    "WeChat without secret": ({"wechat": {"appid": "wx1"}}, "wechat.secret"),
    "mail without sender": ({"smtp": {"host": "mail.example"}}, "smtp.sender"),
    "mail with two senders": ({"smtp": MAIL | {"sender": "a@b.example, c@d.example"}}, "smtp.sender"),
    "login without password": ({"smtp": MAIL | {"username": "u"}}, "smtp.password"),
    "password as a value": ({"smtp": MAIL | {"username": "u", "password": "word"}}, "smtp.password must come from"),
}


@pytest.mark.requirement("V80", "V52")
@pytest.mark.parametrize("name", REFUSED)
def test_an_unsafe_provider_ends_the_process(name: str) -> None:
    """Each bad setting is named, and no secret with it."""
    bad, said = REFUSED[name]
    with pytest.raises(ValidationError, match=said) as refused:
        Settings.model_validate(SAFE | bad)
    assert "word" not in str(refused.value).replace("password", "")


@pytest.mark.requirement("V80")
def test_control_what_is_safe_starts_with_everything_off() -> None:
    """Control: the same settings without the fault; all further providers are off by default."""
    settings = Settings.model_validate(SAFE)
    assert [one.enabled for one in (settings.tencent, settings.wechat, settings.smtp)] == [False] * 3
    assert Settings.model_validate(SAFE | {"smtp": MAIL}).smtp.enabled


@pytest.mark.requirement("V52")
def test_a_password_never_leaves_in_the_clear() -> None:
    """Not even in development is a login made without TLS."""
    plain = {"profile": "development", "smtp": MAIL | {"security": "none", "username": "u", "password": "word"}}
    with pytest.raises(ValidationError, match=r"smtp\.security"):
        Settings.model_validate(SAFE | plain)
