"""Generates the secrets of a compose project, once, and hands every container its own part on its own volume."""

import json
import os
from pathlib import Path
from typing import Any

from deploy.local.broker_definitions import OPERATOR, VIRTUAL_HOST, definitions_text
from deploy.local.credentials import Credentials, keyring_file, write_keyrings, write_private
from deploy.local.engines.objectstore import bucket
from deploy.local.engines.postgres import DATABASE, SUPERUSER
from deploy.local.environment import SMS_SIGN_NAME
from deploy.local.gateway_keys import keys_file, keys_map, write_gateway_keys
from deploy.local.home import SERVICES, Home
from deploy.local.mailbox.wechat import APPID

PLACE = Path("/run/tiro")  # where a container finds its own volume
SMS_KEY_ID = "tiro-development-sms"


def prepare(root: Path) -> None:
    """Fills the volumes mounted below `root`: one per service, one per engine. Repeatable: secrets are kept."""
    home = Home.at(root / "home")
    secret = Credentials(home).of
    write_keyrings(home)
    write_gateway_keys(home)
    for service in SERVICES:
        ring = keyring_file(home, service).read_text(encoding="utf-8")
        own = service_environment(secret, service)
        for name, told in ((service, own), (f"{service}-migrator", own | owner_environment(secret, service))):
            folder = _folder(root, name)
            write_private(folder / "keyring.json", ring)
            write_private(folder / "gateway-keys", keys_file(home, service).read_text(encoding="utf-8"))
            _write(folder / "environment.json", told)
    passwords = {user: secret(f"broker.{user}") for s in SERVICES for user in (s, f"{s}_migrator")}
    broker = _folder(root, "broker") / "definitions.json"
    write_private(broker, definitions_text(passwords, secret(f"broker.{OPERATOR}")))
    gateway = _folder(root, "gateway") / "gateway-keys.conf"
    write_private(gateway, keys_map(home))
    admin = secret("postgres.superuser")
    write_private(_folder(root, "postgres") / "password", admin)
    roles = {s: {"service": secret(f"postgres.{s}"), "migrator": secret(f"postgres.{s}_migrator")} for s in SERVICES}
    admin_dsn = f"postgresql://{SUPERUSER}:{admin}@postgres:5432/postgres"
    _write(_folder(root, "bootstrap") / "roles.json", {"admin_dsn": admin_dsn, "services": roles})
    accounts = {f"tiro-{s}-key": {"secret": secret(f"bucket.{s}"), "root": f"/data/{s}"} for s in SERVICES}
    _write(_folder(root, "objects") / "accounts.json", accounts)
    for service in SERVICES:
        (root / "data" / service / bucket(service)).mkdir(parents=True, exist_ok=True)
    _write(_folder(root, "mailbox") / "sms.json", _mailbox_secrets(secret))
    # The engines' own images run under other accounts; a volume is seen by its one container only.
    for file in (broker, gateway, root / "postgres" / "password"):
        file.chmod(0o444)


def service_environment(secret: Any, service: str) -> dict[str, str]:
    """Variables of one service's containers, with the names of compose's network."""
    prefix = service.upper() + "_"
    own = {
        "PROFILE": "development",
        "POSTGRES__DSN": f"postgresql://{service}:{secret(f'postgres.{service}')}@postgres:5432/{DATABASE}",
        "BROKER__URL": f"amqp://{service}:{secret(f'broker.{service}')}@rabbitmq:5672/{VIRTUAL_HOST}",
        "BUCKET__ENDPOINT": "objectstore:9000",
        "BUCKET__ACCESS_KEY": f"tiro-{service}-key",
        "BUCKET__SECRET_KEY": secret(f"bucket.{service}"),
        "BUCKET__NAME": bucket(service),
        "BUCKET__SECURE": "false",
        "HTTP__HOST": "0.0.0.0",
        "HTTP__PORT": "8080",
        "HTTP__GATEWAY_KEYS_FILE": str(PLACE / "gateway-keys"),
        "OPERATIONS__HOST": "0.0.0.0",
        "OPERATIONS__PORT": "9090",
        "KEYRING_FILE": str(PLACE / "keyring.json"),
        "PUBLIC_URL": os.environ.get("TIRO_PUBLIC_URL", "http://127.0.0.1:8080"),
    }
    if service == "notification":
        own |= {
            "SMS__ENDPOINT": "http://mailbox:8080",
            "SMS__ACCESS_KEY_ID": SMS_KEY_ID,
            "SMS__ACCESS_KEY_SECRET": secret("sms.secret"),
            "SMS__SIGN_NAME": SMS_SIGN_NAME,
        }
    if service == "identity":
        own |= {
            "WECHAT__ENDPOINT": "http://mailbox:8080/wechat",
            "WECHAT__APPID": APPID,
            "WECHAT__SECRET": secret("wechat.secret"),
        }
    return {prefix + name: value for name, value in own.items()}


def _mailbox_secrets(secret: Any) -> dict[str, str]:
    return {"key_id": SMS_KEY_ID, "secret": secret("sms.secret"), "wechat_secret": secret("wechat.secret")}


def owner_environment(secret: Any, service: str) -> dict[str, str]:
    """What the migrate container gets on top: the owner of the schema and of the queues (V65)."""
    prefix, migrator = service.upper() + "_", f"{service}_migrator"
    database, broker = secret(f"postgres.{migrator}"), secret(f"broker.{migrator}")
    return {
        f"{prefix}POSTGRES__MIGRATOR_DSN": f"postgresql://{migrator}:{database}@postgres:5432/{DATABASE}",
        f"{prefix}BROKER__MIGRATOR_URL": f"amqp://{migrator}:{broker}@rabbitmq:5672/{VIRTUAL_HOST}",
    }


def _folder(root: Path, name: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: object) -> None:
    write_private(path, json.dumps(content, indent=1))
