"""Users and permissions of the broker."""

import re

import pytest

from deploy.local.broker_definitions import OPERATOR, broker_definitions, password_hash
from deploy.local.home import SERVICES

PASSWORDS = {user: user for service in SERVICES for user in (service, f"{service}_migrator")}


def test_password_hash_matches_the_published_example() -> None:
    """The hash is RabbitMQ's: salt 908DC60A and password test12 give the value its documentation prints."""
    assert password_hash("test12", bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


@pytest.mark.requirement("V66")
def test_permission_triples_are_golden() -> None:
    """Configure, write and read of the two users of a service are exactly these."""
    triples = {
        entry["user"]: (entry["configure"], entry["write"], entry["read"])
        for entry in broker_definitions(PASSWORDS, "x")["permissions"]
    }
    assert triples["declaration"] == ("^$", r"^(events|declaration\..*)$", r"^declaration\..*$")
    assert triples["declaration_migrator"] == (
        r"^declaration\..*$",
        r"^(declaration\..*|amq\.default)$",
        r"^(events|declaration\..*)$",
    )
    assert set(triples) == set(PASSWORDS) | {OPERATOR}


@pytest.mark.requirement("V66")
def test_topics_stay_under_the_own_name() -> None:
    """A service may publish under its own name only; its migrator may publish nothing to the exchange."""
    topics = {entry["user"]: entry for entry in broker_definitions(PASSWORDS, "x")["topic_permissions"]}
    for service in SERVICES:
        write = re.compile(topics[service]["write"])
        for other in SERVICES:
            assert bool(write.match(f"{other}.something.v1")) == (other == service)
        assert not re.match(topics[f"{service}_migrator"]["write"], f"{service}.something.v1")


def test_no_password_stands_in_the_document() -> None:
    """The definitions file holds hashes only."""
    document = repr(broker_definitions({"identity": "very-secret-word"}, "operator-secret-word"))
    assert "secret-word" not in document
