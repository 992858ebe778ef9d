"""What each process is told, and what it is not."""

from pathlib import Path

import pytest

from deploy.containers import prepare as containers
from deploy.local.environment import service_environment
from deploy.local.home import SERVICES
from deploy.local.roles import mailbox_launch
from deploy.local.stack import Stack
from services.notification.settings import SmtpSettings, WechatNoticeSettings


@pytest.mark.requirement("V65")
def test_owner_credentials_go_to_the_migrate_role_only(tmp_path: Path) -> None:
    """A running service never holds the credentials that change its schema or queues."""
    stack = Stack(tmp_path, reap=False)
    for role in ("api", "worker", "print"):
        assert not any("MIGRATOR" in name for name in service_environment(stack.around, "declaration", role))
    migrate = service_environment(stack.around, "declaration", "migrate")
    assert "declaration_migrator@" in migrate["DECLARATION_POSTGRES__MIGRATOR_DSN"]
    assert "declaration_migrator@" in migrate["DECLARATION_BROKER__MIGRATOR_URL"]


@pytest.mark.requirement("V45", "V53", "V65", "V66")
def test_no_service_is_told_the_secrets_of_another(tmp_path: Path) -> None:
    """The files a service is told of hold its own passwords and none of the others'; its environment holds none."""
    stack = Stack(tmp_path, reap=False)
    credentials = stack.around.credentials
    kinds = ("postgres.{}", "postgres.{}_migrator", "broker.{}", "broker.{}_migrator", "bucket.{}")
    for service in SERVICES:
        environment = stack.environment(service, "migrate")
        told = _files(environment)
        for other in SERVICES:
            secrets = [credentials.of(kind.format(other)) for kind in kinds]
            assert all((secret in told) == (other == service) for secret in secrets)
            assert not any(secret in " ".join(environment.values()) for secret in secrets)


def test_notification_is_told_of_every_channel_the_mailbox_has(tmp_path: Path) -> None:
    """Texts, WeChat notices and letters go to the mailbox, in the local stack and in containers alike."""
    told = Stack(tmp_path, reap=False).environment("notification")
    contained = containers.service_environment("notification")
    channels = ("NOTIFICATION_SMS__", "NOTIFICATION_WECHAT__", "NOTIFICATION_SMTP__")
    for one in channels:
        names = {name for name in told if name.startswith(one)}
        assert names
        assert names == {name for name in contained if name.startswith(one)}
    launch = mailbox_launch(Stack(tmp_path, reap=False).around)
    assert launch.argv[launch.argv.index("--mail-port") + 1] == told["NOTIFICATION_SMTP__PORT"]
    assert told["NOTIFICATION_WECHAT__ENDPOINT"] == f"http://127.0.0.1:{launch.port}/wechat"
    assert SmtpSettings.model_validate(_below("NOTIFICATION_SMTP__", told)).enabled
    assert WechatNoticeSettings.model_validate(_below("NOTIFICATION_WECHAT__", told)).enabled


def _below(prefix: str, environment: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}


def test_a_variable_of_the_caller_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One setting can be tried from the command line: IDENTITY_TELEMETRY__LOG_LEVEL=debug make up."""
    monkeypatch.setenv("IDENTITY_TELEMETRY__LOG_LEVEL", "debug")
    stack = Stack(tmp_path, reap=False)
    assert stack.environment("identity")["IDENTITY_TELEMETRY__LOG_LEVEL"] == "debug"
    assert "IDENTITY_TELEMETRY__LOG_LEVEL" not in stack.environment("institution")


def test_external_engines_replace_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the three URLs set, services are sent there, still with their own database roles."""
    monkeypatch.setenv("TIRO_POSTGRES_URL", "postgresql://admin:word@db.example:5433/postgres")
    monkeypatch.setenv("TIRO_BROKER_URL", "amqp://everybody:word@mq.example:5672/tiro")
    monkeypatch.setenv("TIRO_S3_URL", "https://a-long-key:secret%2Fword@s3.example")
    told = Stack(tmp_path, reap=False).environment("identity")
    assert told["IDENTITY_POSTGRES__DSN"] == "postgresql://identity@db.example:5433/tiro"
    assert told["IDENTITY_BROKER__URL"] == "amqp://everybody@mq.example:5672/tiro"
    assert Path(told["IDENTITY_BROKER__PASSWORD_FILE"]).read_text(encoding="utf-8") == "word"
    assert told["IDENTITY_BUCKET__ENDPOINT"] == "s3.example:443"
    assert Path(told["IDENTITY_BUCKET__SECRET_KEY_FILE"]).read_text(encoding="utf-8") == "secret/word"
    assert told["IDENTITY_BUCKET__SECURE"] == "true"


def _files(environment: dict[str, str]) -> str:
    paths = (path for name, path in environment.items() if name.endswith("_FILE") and "KEYRING" not in name)
    return " ".join(Path(path).read_text(encoding="utf-8") for path in paths)
