"""Users, permissions and the one exchange of the broker, as a RabbitMQ definitions document (V66).

A service publishes to `events` under its own name and consumes its own queues; it can declare nothing. Its migrator
declares queues under the service's name and binds them to `events`; it can publish no event.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

VIRTUAL_HOST = "tiro"
EXCHANGE = "events"
OPERATOR = "operator"


def broker_definitions(passwords: Mapping[str, str], operator_password: str) -> dict[str, Any]:
    """The document for the services in `passwords`, which maps every user name (<service>, <service>_migrator) to its
    password. The operator user may do everything: it is for people and tests, no service has it."""
    services = [name for name in passwords if not name.endswith("_migrator")]
    permissions = [_permission(OPERATOR, ".*", ".*", ".*")]
    topics = []
    for service in services:
        own = rf"^{service}\..*$"
        migrator = f"{service}_migrator"
        permissions.append(_permission(service, "^$", rf"^({EXCHANGE}|{service}\..*)$", own))
        # Binding a queue needs write on the queue and read on the exchange.
        permissions.append(
            _permission(migrator, own, rf"^({service}\..*|amq\.default)$", rf"^({EXCHANGE}|{service}\..*)$")
        )
        topics.append(_topic(service, rf"^{service}\..*"))
        topics.append(_topic(migrator, "^$"))
    users = [_user(OPERATOR, operator_password, "administrator")]
    users += [_user(name, password, "") for name, password in passwords.items()]
    return {
        "rabbit_version": "3.10.8",
        "users": users,
        "vhosts": [{"name": VIRTUAL_HOST}],
        "permissions": permissions,
        "topic_permissions": topics,
        "exchanges": [
            {
                "name": EXCHANGE,
                "vhost": VIRTUAL_HOST,
                "type": "topic",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
        ],
    }


def definitions_text(passwords: Mapping[str, str], operator_password: str) -> str:
    """The document as JSON."""
    return json.dumps(broker_definitions(passwords, operator_password), indent=1)


def password_hash(password: str, salt: bytes) -> str:
    """RabbitMQ's rabbit_password_hashing_sha256: base64(salt || SHA-256(salt || password)) with four bytes of salt."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode("ascii")


def _user(name: str, password: str, tags: str) -> dict[str, str]:
    return {
        "name": name,
        "password_hash": password_hash(password, secrets.token_bytes(4)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }


def _permission(user: str, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": VIRTUAL_HOST, "configure": configure, "write": write, "read": read}


def _topic(user: str, write: str) -> dict[str, str]:
    return {"user": user, "vhost": VIRTUAL_HOST, "exchange": EXCHANGE, "write": write, "read": ".*"}
