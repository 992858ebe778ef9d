"""The environment each service process gets: its own credentials and addresses, nobody else's."""

import os
from dataclasses import dataclass

from deploy.local.bootstrap_database import RolePasswords, in_database
from deploy.local.credentials import Credentials, keyring_file
from deploy.local.engines.gateway import Gateway
from deploy.local.engines.objectstore import ObjectStore, bucket
from deploy.local.engines.postgres import DATABASE, Postgres
from deploy.local.engines.rabbitmq import RabbitMQ
from deploy.local.external import External, S3Server
from deploy.local.gateway_keys import keys_file
from deploy.local.home import PROJECT, SERVICES, Home
from deploy.local.mailbox.wechat import APPID
from deploy.local.parts import MAILBOX, operations, part_name
from deploy.local.ports import Ports

SMS_SIGN_NAME = "国家医考网"
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

    def sms_key(self) -> tuple[str, str]:
        """(key id, secret) that notification signs with and the mailbox checks."""
        return "tiro-development-sms", self.credentials.of("sms.secret")

    def wechat_secret(self) -> str:
        """The secret of the mini-program, known to identity and to the mailbox that plays WeChat."""
        return self.credentials.of("wechat.secret")


def service_environment(around: Surroundings, service: str, role: str, copy: int = 0) -> dict[str, str]:
    """Variables of one process. The schema owner's credentials go to the migrate role only. Variables of the calling
    environment that carry the service's prefix win, so that one setting can be tried without editing anything."""
    own = _settings(around, service)
    part = part_name(service, role, copy)
    if role == "migrate":
        own["POSTGRES__MIGRATOR_DSN"] = around.dsn(f"{service}_migrator")
        own["BROKER__MIGRATOR_URL"] = around.broker_url(f"{service}_migrator")
    else:
        own["OPERATIONS__PORT"] = str(around.ports.of(operations(part)))
    if role == "api":
        own["HTTP__HOST"] = "127.0.0.1"
        own["HTTP__PORT"] = str(around.ports.of(part))
        own["HTTP__GATEWAY_KEYS_FILE"] = str(keys_file(around.home, service))
    if service == "notification":
        own |= _sms(around)
    if service == "identity":
        own |= _wechat(around)
    prefix = service.upper() + "_"
    given = {n: v for n, v in os.environ.items() if n.startswith((prefix, *PASSED_ON_PREFIXES))}
    return {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"} | {prefix + n: v for n, v in own.items()} | given


def _settings(around: Surroundings, service: str) -> dict[str, str]:
    settings = {
        "PROFILE": "development",
        "POSTGRES__DSN": around.dsn(service),
        "BROKER__URL": around.broker_url(service),
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
    return settings | {"BUCKET__ACCESS_KEY": access_key, "BUCKET__SECRET_KEY": secret_key}


def _sms(around: Surroundings) -> dict[str, str]:
    key_id, secret = around.sms_key()
    return {
        "SMS__ENDPOINT": f"http://127.0.0.1:{around.ports.of(MAILBOX)}",
        "SMS__ACCESS_KEY_ID": key_id,
        "SMS__ACCESS_KEY_SECRET": secret,
        "SMS__SIGN_NAME": SMS_SIGN_NAME,
    }


def _wechat(around: Surroundings) -> dict[str, str]:
    return {
        "WECHAT__ENDPOINT": f"http://127.0.0.1:{around.ports.of(MAILBOX)}/wechat",
        "WECHAT__APPID": APPID,
        "WECHAT__SECRET": around.wechat_secret(),
    }
