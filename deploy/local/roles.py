"""How the processes of the services and the mailbox are started; the engines have modules of their own."""

import json
import sys
from collections.abc import Mapping

from deploy.local.environment import Surroundings, mailbox_secrets, service_environment
from deploy.local.home import PROJECT
from deploy.local.parts import MAILBOX, MAILBOX_MAIL, operations, part_name
from deploy.local.probes import http_status
from deploy.local.processes import Launch

NEXT = ".next"


def role_launch(
    around: Surroundings, service: str, role: str, copy: int, extra_env: Mapping[str, str], *, successor: bool
) -> Launch:
    """One copy of a role. A successor listens beside the process it will replace: same public port (SO_REUSEPORT),
    another one for operations."""
    part = part_name(service, role, copy)
    if role == "api" and not successor:
        around.ports.secure(part)
    probe = around.ports.secure(operations(part) + (NEXT if successor else ""))
    environment = service_environment(around, service, role, copy)
    environment[f"{service.upper()}_OPERATIONS__PORT"] = str(probe)
    return Launch(
        argv=[sys.executable, "-m", f"services.{service}", role],
        environment=environment | dict(extra_env),
        ready=lambda: _is_200(probe, "/readyz"),
        waits_for=f"for http://127.0.0.1:{probe}/readyz",
        port=around.ports.of(part) if role == "api" else probe,
        patience=90.0,
    )


def migrate_launch(around: Surroundings, service: str) -> Launch:
    """Runs to its end."""
    environment = service_environment(around, service, "migrate")
    argv = [sys.executable, "-m", f"services.{service}", "migrate"]
    return Launch(argv, environment, waits_for="for the migrations", patience=120.0)


def mailbox_launch(around: Surroundings) -> Launch:
    """The development page that receives what would have been sent to people."""
    port, mail = around.ports.secure(MAILBOX), around.ports.secure(MAILBOX_MAIL)
    secrets = around.credentials.file("mailbox.json", json.dumps(mailbox_secrets(around.credentials.of)))
    return Launch(
        argv=[
            sys.executable,
            "-m",
            "deploy.local.mailbox",
            "--port",
            str(port),
            "--mail-port",
            str(mail),
            "--secrets",
            str(secrets),
        ],
        environment={"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"},
        ready=lambda: _is_200(port, "/livez"),
        waits_for=f"for http://127.0.0.1:{port}/livez",
        port=port,
    )


async def _is_200(port: int, path: str) -> bool:
    return await http_status(port, path) == 200
