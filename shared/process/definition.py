"""What a service is made of, as its app.py declares it, and the parts every process of it is given."""

import argparse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.contracts.audit import AuditAnchored
from shared.messaging.subscription import Subscription
from shared.messaging.topology import plan_queues
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.privacy.registry import Register, load_register
from shared.reconciling.service_sets import ServiceSets
from shared.security.keyring import KeyMissing, Keyring
from shared.security.subject_keys import SubjectKeys
from shared.settings import ServiceSettings
from shared.web.routing import Route


@dataclass(frozen=True, slots=True)
class Foundation:
    """Opened once per process; a service builds its Dependencies on it."""

    database: Database
    keyring: Keyring
    bucket: Bucket
    clock: Clock
    settings: Any
    subject_keys: SubjectKeys | None = None

    def require_subject_keys(self) -> SubjectKeys:
        """The store of subject keys, of a service that destroys keys. Raises KeyMissing."""
        if self.subject_keys is None:
            raise KeyMissing("this service was not given the store of subject keys")
        return self.subject_keys


@dataclass(frozen=True, slots=True)
class Job:
    """Scheduled work of the worker role. One copy runs it at a time, or every copy where `everywhere` says so; it
    opens its own transactions. Work of a service is given its Dependencies, work of the foundation a Foundation."""

    name: str
    every: timedelta
    run: Callable[[Any], Awaitable[None]]
    everywhere: bool = False


_COMMON = (
    "openapi",
    "parked",
    "replay",
    "reconcile",
    "reseal",
    "reindex",
    "retire-key",
    "verify-audit",
    "kept-anchors",
    "anchor-audit",
    "forget-erased",
)

Command = Callable[..., Any]
"""def command(argv) -> int without the stack, or async def command(deps, argv) -> int with it."""


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One service. `background` (in the worker role, beside the consumers) and `extra_roles` (processes of their own)
    are long-running: async def run(deps, stop) -> None. `reconcilers` are async def reconcile(deps) -> None, run at the
    pace of the settings (M11)."""

    name: str
    settings: type[ServiceSettings]
    build: Callable[[Any, Foundation], Awaitable[Any]]
    routes: Callable[[], Sequence[Route]]
    """Asked for by the roles that need them: a process loads no more than its role."""
    subscriptions: Sequence[Subscription]
    migrations: Path
    anchored: type[AuditAnchored]
    """The event by which the service hands its audit anchors to their keeper."""
    sets: ServiceSets
    jobs: Sequence[Job] = ()
    reconcilers: Sequence[Callable[[Any], Awaitable[None]]] = ()
    background: Sequence[Callable[..., Awaitable[None]]] = ()
    extra_roles: Mapping[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    forget: Callable[[Transaction, Sequence[UUID], Any], Awaitable[int]] | None = None
    """Forgets again those of these people whom a restored database knows still; given the Dependencies (V58)."""

    @property
    def register(self) -> Register:
        """The service's register of personal data, beside its migrations."""
        return load_register(self.migrations.parent / "personal_data.toml")

    @property
    def queues(self) -> dict[str, list[Subscription]]:
        """Subscriptions by the queue they arrive on."""
        by_type = {s.event.TYPE: s for s in self.subscriptions}
        return {plan.name: [by_type[t] for t in plan.types] for plan in plan_queues(self.name, by_type)}

    def parser(self) -> argparse.ArgumentParser:
        """The command line: roles, own commands, and what every service can do."""
        roles = ["api", "worker", "migrate", *self.extra_roles]
        parser = argparse.ArgumentParser(prog=f"python -m services.{self.name}")
        parser.add_argument("verb", choices=[*roles, *_COMMON, *self.commands])
        parser.add_argument("rest", nargs=argparse.REMAINDER)
        return parser
