"""The environment each service process gets: its own addresses, and the names of the files that hold its own secrets.
No secret stands in it, for every process of the account can read a process's environment (V53)."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from deploy.local.bootstrap_database import RolePasswords, in_database
from deploy.local.credentials import Credentials, keyring_file
from deploy.local.engines.gateway import Gateway
from deploy.local.engines.objectstore import ObjectStore, bucket
from deploy.local.engines.postgres import DATABASE, KEY_DATABASE, Postgres
from deploy.local.engines.rabbitmq import RabbitMQ
from deploy.local.external import External, S3Server
from deploy.local.gateway_keys import keys_file
from deploy.local.home import PROJECT, SEALING_FOR_SUBJECTS, SERVICES, Home
from deploy.local.mailbox.wechat import APPID
from deploy.local.parts import MAILBOX, MAILBOX_MAIL, operations, part_name
from deploy.local.ports import Ports

SMS_KEY_ID = "tiro-development-sms"
SMS_SIGN_NAME = "国家医考网"
MAIL_SENDER = "notices@tiro.example"
PASSED_ON_PREFIXES = ("OTEL_",)


@dataclass(frozen=True)
class Surroundings:
    """Everything that is known about where the engines are."""

    home: Home
    ports: Ports
    credentials: Credentials
    external: External
    postgres: Postgres
    rabbitmq: RabbitMQ
    objectstore: ObjectStore
    gateway: Gateway

    def role_passwords(self) -> dict[str, RolePasswords]:
        """Passwords of all database roles."""
        of = self.credentials.of
        return {s: RolePasswords(of(f"postgres.{s}"), of(f"postgres.{s}_migrator")) for s in SERVICES}

    def admin_dsn(self) -> str:
        """The database server's administrator."""
        return self.external.postgres or self.postgres.admin_dsn()

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """A role's connection string: <service> or <service>_migrator."""
        password = self.credentials.of(f"postgres.{role}")
        if self.external.postgres is None:
            return self.postgres.dsn(role, password, database)
        scheme, _, rest = in_database(self.external.postgres, database).partition("://")
        return f"{scheme}://{role}:{password}@{rest.rpartition('@')[2]}"

    def broker_url(self, user: str) -> str:
        """AMQP URL of a broker user."""
        return self.external.broker or self.rabbitmq.url(user)

    def told(self, url: str, setting: str, name: str) -> dict[str, str]:
        """`url` without its password as the address `setting` ("BROKER__URL"), and the password's file beside it."""
        parts = urlsplit(url)
        bare = parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}").geturl()
        password = f"{setting.removesuffix('URL').removesuffix('DSN')}PASSWORD_FILE"
        return {setting: bare, password: str(self.credentials.file(name, unquote(parts.password or "")))}


def service_environment(around: Surroundings, service: str, role: str, copy: int = 0) -> dict[str, str]:
    """Variables of one process. The schema owner's credentials go to the migrate role only. Variables of the calling
    environment that carry the service's prefix win, so that one setting can be tried without editing anything."""
    own = _settings(around, service)
    part = part_name(service, role, copy)
    if role == "migrate":
        owner = f"{service}_migrator"
        own |= around.told(around.dsn(owner), "POSTGRES__MIGRATOR_DSN", f"postgres.{owner}")
        own |= around.told(around.broker_url(owner), "BROKER__MIGRATOR_URL", f"broker.{owner}")
    else:
        own["OPERATIONS__PORT"] = str(around.ports.of(operations(part)))
    if role == "api":
        own["HTTP__HOST"] = "127.0.0.1"
        own["HTTP__PORT"] = str(around.ports.of(part))
        own["HTTP__GATEWAY_KEYS_FILE"] = str(keys_file(around.home, service))
    if service in SEALING_FOR_SUBJECTS:
        own |= around.told(around.dsn(service, KEY_DATABASE), "SUBJECT_KEYS__DSN", f"postgres.{service}")
    if service == "notification":
        # On a developer's machine, and in tests that do not ask for the night, texts go around the clock.
        own |= _sms(around) | _smtp(around) | {"SENDING__QUIET_HOURS": "false"}
    if service in ("identity", "notification"):
        own |= _wechat(around)
    prefix = service.upper() + "_"
    given = {n: v for n, v in os.environ.items() if n.startswith((prefix, *PASSED_ON_PREFIXES))}
    return {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"} | {prefix + n: v for n, v in own.items()} | given


def _settings(around: Surroundings, service: str) -> dict[str, str]:
    settings = {
        "PROFILE": "development",
        **around.told(around.dsn(service), "POSTGRES__DSN", f"postgres.{service}"),
        **around.told(around.broker_url(service), "BROKER__URL", f"broker.{service}"),
        "BUCKET__NAME": bucket(service),
        "KEYRING_FILE": str(keyring_file(around.home, service)),
        "PUBLIC_URL": around.gateway.url,
    }
    if around.external.s3:
        server = S3Server.parse(around.external.s3)
        access_key, secret_key = server.access_key, server.secret_key
        settings |= {"BUCKET__ENDPOINT": server.endpoint, "BUCKET__SECURE": str(server.secure).lower()}
    else:
        access_key, secret_key = around.objectstore.access_key(service), around.objectstore.secret_key(service)
        settings |= {"BUCKET__ENDPOINT": around.objectstore.endpoint, "BUCKET__SECURE": "false"}
    secret_file = around.credentials.file(f"bucket.{service}", secret_key)
    return settings | {"BUCKET__ACCESS_KEY": access_key, "BUCKET__SECRET_KEY_FILE": str(secret_file)}


def _sms(around: Surroundings) -> dict[str, str]:
    return {
        "SMS__ENDPOINT": f"http://127.0.0.1:{around.ports.of(MAILBOX)}",
        "SMS__ACCESS_KEY_ID": SMS_KEY_ID,
        "SMS__ACCESS_KEY_SECRET_FILE": str(around.credentials.file("sms.secret")),
        "SMS__SIGN_NAME": SMS_SIGN_NAME,
    }


def _smtp(around: Surroundings) -> dict[str, str]:
    return {
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(around.ports.of(MAILBOX_MAIL)),
        "SMTP__SECURITY": "none",
        "SMTP__SENDER": MAIL_SENDER,
    }


def _wechat(around: Surroundings) -> dict[str, str]:
    return {
        "WECHAT__ENDPOINT": f"http://127.0.0.1:{around.ports.of(MAILBOX)}/wechat",
        "WECHAT__APPID": APPID,
        "WECHAT__SECRET_FILE": str(around.credentials.file("wechat.secret")),
    }


def mailbox_secrets(secret: Callable[[str], str]) -> dict[str, str]:
    """What the mailbox checks: the key notification signs with, and the mini-program's secret."""
    return {"key_id": SMS_KEY_ID, "secret": secret("sms.secret"), "wechat_secret": secret("wechat.secret")}
