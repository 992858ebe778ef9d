"""Generates the secrets of a compose project, once, and hands every container its own part on its own volume."""

import json
import os
from pathlib import Path

from deploy.local.broker_definitions import OPERATOR, VIRTUAL_HOST, definitions_text
from deploy.local.credentials import Credentials, keyring_file, write_keyrings, write_private
from deploy.local.engines.objectstore import bucket
from deploy.local.engines.postgres import DATABASE, KEY_DATABASE, SUPERUSER
from deploy.local.environment import MAIL_SENDER, SMS_KEY_ID, SMS_SIGN_NAME, mailbox_secrets
from deploy.local.gateway_keys import keys_file, keys_map, write_gateway_keys
from deploy.local.home import SEALING_FOR_SUBJECTS, SERVICES, Home
from deploy.local.mailbox.wechat import APPID

PLACE = Path("/run/tiro")  # where a container finds its own volume
MAIL_PORT = "8025"


def prepare(root: Path) -> None:
    """Fills the volumes mounted below `root`: one per service, one per engine. Repeatable: secrets are kept."""
    home = Home.at(root / "home")
    secret = Credentials(home).of
    write_keyrings(home)
    write_gateway_keys(home)
    for service in SERVICES:
        ring = keyring_file(home, service).read_text(encoding="utf-8")
        for name, owner in ((service, False), (f"{service}-migrator", True)):
            folder = _folder(root, name)
            write_private(folder / "keyring.json", ring)
            write_private(folder / "gateway-keys", keys_file(home, service).read_text(encoding="utf-8"))
            told = service_environment(service) | (owner_environment(service) if owner else {})
            _write(folder / "environment.json", told)
            for file in (Path(value) for key, value in told.items() if key.endswith("_FILE")):
                if file.name not in ("keyring.json", "gateway-keys"):
                    write_private(folder / file.name, secret(file.name))
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
    _write(_folder(root, "mailbox") / "mailbox.json", mailbox_secrets(secret))
    # The engines' own images run under other accounts; a volume is seen by its one container only.
    for file in (broker, gateway, root / "postgres" / "password"):
        file.chmod(0o444)


def service_environment(service: str) -> dict[str, str]:
    """Variables of one service's containers, with the names of compose's network and of the secrets' files (V53)."""
    prefix = service.upper() + "_"
    own = {
        "PROFILE": "development",
        "POSTGRES__DSN": f"postgresql://{service}@postgres:5432/{DATABASE}",
        "POSTGRES__PASSWORD_FILE": str(PLACE / f"postgres.{service}"),
        "BROKER__URL": f"amqp://{service}@rabbitmq:5672/{VIRTUAL_HOST}",
        "BROKER__PASSWORD_FILE": str(PLACE / f"broker.{service}"),
        "BUCKET__ENDPOINT": "objectstore:9000",
        "BUCKET__ACCESS_KEY": f"tiro-{service}-key",
        "BUCKET__SECRET_KEY_FILE": str(PLACE / f"bucket.{service}"),
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
    if service in SEALING_FOR_SUBJECTS:
        own |= {
            "SUBJECT_KEYS__DSN": f"postgresql://{service}@postgres:5432/{KEY_DATABASE}",
            "SUBJECT_KEYS__PASSWORD_FILE": str(PLACE / f"postgres.{service}"),
        }
    if service == "notification":
        own |= {
            "SMS__ENDPOINT": "http://mailbox:8080",
            "SMS__ACCESS_KEY_ID": SMS_KEY_ID,
            "SMS__ACCESS_KEY_SECRET_FILE": str(PLACE / "sms.secret"),
            "SMS__SIGN_NAME": SMS_SIGN_NAME,
            "SMTP__HOST": "mailbox",
            "SMTP__PORT": MAIL_PORT,
            "SMTP__SECURITY": "none",
            "SMTP__SENDER": MAIL_SENDER,
        }
    if service in ("identity", "notification"):
        own |= {
            "WECHAT__ENDPOINT": "http://mailbox:8080/wechat",
            "WECHAT__APPID": APPID,
            "WECHAT__SECRET_FILE": str(PLACE / "wechat.secret"),
        }
    return {prefix + name: value for name, value in own.items()}


def owner_environment(service: str) -> dict[str, str]:
    """What the migrate container gets on top: the owner of the schema and of the queues (V65)."""
    prefix, migrator = service.upper() + "_", f"{service}_migrator"
    return {
        f"{prefix}POSTGRES__MIGRATOR_DSN": f"postgresql://{migrator}@postgres:5432/{DATABASE}",
        f"{prefix}POSTGRES__MIGRATOR_PASSWORD_FILE": str(PLACE / f"postgres.{migrator}"),
        f"{prefix}BROKER__MIGRATOR_URL": f"amqp://{migrator}@rabbitmq:5672/{VIRTUAL_HOST}",
        f"{prefix}BROKER__MIGRATOR_PASSWORD_FILE": str(PLACE / f"broker.{migrator}"),
    }


def _folder(root: Path, name: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: object) -> None:
    write_private(path, json.dumps(content, indent=1))
