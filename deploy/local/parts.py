"""The parts of the stack by name: engines, and the roles of every service in any number of copies."""

from collections.abc import Iterator

from deploy.local.home import SERVICES

# Roles that `start_services` starts once each; `migrate` runs before them.
ROLES: dict[str, tuple[str, ...]] = {
    "identity": ("api", "worker", "ocr"),
    "institution": ("api", "worker"),
    "declaration": ("api", "worker", "print"),
    "notification": ("api", "worker"),
}
MAILBOX = "mailbox"
MAILBOX_MAIL = "mailbox.mail"


def part_name(service: str, role: str, copy: int = 0) -> str:
    """declaration.worker, declaration.worker.1, ..."""
    return f"{service}.{role}" + (f".{copy}" if copy else "")


def operations(part: str) -> str:
    """Name under which the port of a part's /livez, /readyz and /metrics is kept."""
    return f"{part}.operations"


def is_service_role(part: str) -> bool:
    """Whether a part name belongs to a service rather than to an engine."""
    return part.split(".")[0] in SERVICES


def service_roles(services: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(service, role) of everything that runs permanently."""
    for service in services:
        for role in ROLES[service]:
            yield service, role
