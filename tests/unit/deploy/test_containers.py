"""The compose file and what prepares its secrets, as far as they can be proven without Docker."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers.prepare import prepare
from deploy.local.home import PROJECT, SERVICES
from deploy.local.parts import service_roles

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_every_role_has_a_container() -> None:
    """What the local stack runs, compose runs: each role and each service's migration."""
    for service, role in [*service_roles(SERVICES), *((name, "migrate") for name in SERVICES)]:
        assert CONTAINERS[f"{service}-{role}"]["command"] == ["deploy.containers", service, role]


@pytest.mark.requirement("V79")
def test_own_containers_are_confined() -> None:
    """Every container of our image is unprivileged, read-only, without capabilities; only `prepare` may own files."""
    for name, container in CONTAINERS.items():
        if container.get("image") not in ("tiro", "nginx:1.28"):
            continue
        assert container["read_only"] is True
        assert container["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in container["security_opt"]
        if name != "prepare":
            assert container["user"].split(":")[0] != "0"
            assert "cap_add" not in container
    assert "USER 10001" in (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def test_names_used_exist() -> None:
    """Volumes and dependencies refer to what is defined, and no secret volume is shared between two services."""
    holders: dict[str, set[str]] = {}
    for name, container in CONTAINERS.items():
        for dependency in container.get("depends_on", {}):
            assert dependency in CONTAINERS
        for volume in container.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (PROJECT / "deploy" / source).exists()
            else:
                assert source in COMPOSE["volumes"]
            if source.endswith("-secrets") and name != "prepare":
                holders.setdefault(source, set()).add(name.split("-")[0])
    assert all(len(names) == 1 for names in holders.values())


@pytest.mark.requirement("V45", "V53", "V65", "V66")
def test_each_volume_holds_its_own_secrets_only(tmp_path: Path) -> None:
    """Preparation gives a service its own credentials and keys, none of another's, none in the variables, and repeats
    itself exactly."""
    prepare(tmp_path)
    first = {service: _volume(tmp_path / service) for service in SERVICES}
    prepare(tmp_path)
    assert first == {service: _volume(tmp_path / service) for service in SERVICES}
    secrets = json.loads((tmp_path / "home" / "secrets" / "credentials.json").read_text())
    for service in SERVICES:
        for name, value in secrets.items():
            kind, _, owner = name.partition(".")
            if kind in ("postgres", "broker", "bucket") and owner.removesuffix("_migrator") in SERVICES:
                assert (value in first[service]) == (owner == service)
                migrating = _volume(tmp_path / f"{service}-migrator")
                assert value not in (tmp_path / f"{service}-migrator" / "environment.json").read_text()
                assert (value in migrating) == (owner.removesuffix("_migrator") == service)
        assert (tmp_path / service / "keyring.json").stat().st_mode & 0o777 == 0o600


def _volume(folder: Path) -> str:
    """All that a container finds on its volume."""
    return " ".join(file.read_text(encoding="utf-8") for file in sorted(folder.iterdir()))
