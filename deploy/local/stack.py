"""One stack: engines and service roles as processes of this machine; private ones for tests, a shared one for `up`.

async with Stack(home=folder, durable=False) as stack:
    await stack.start_engines()
    await stack.start_services()
    worker = await stack.start("declaration", "worker", extra_env={"FAILPOINT": "relay.after_publish:kill"}, copy=1)
    stack.kill(worker, signal.SIGKILL)
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

from deploy.local.bootstrap_database import bootstrap_database, bootstrap_subject_keys
from deploy.local.credentials import Credentials, write_keyrings
from deploy.local.engines.gateway import Gateway
from deploy.local.engines.objectstore import ObjectStore, bucket
from deploy.local.engines.postgres import DATABASE, KEY_DATABASE, Postgres, erase_data
from deploy.local.engines.rabbitmq import RabbitMQ
from deploy.local.environment import Surroundings, service_environment
from deploy.local.external import External, S3Server
from deploy.local.faults import StackError
from deploy.local.gateway_keys import write_gateway_keys
from deploy.local.home import DEFAULT_HOME, SERVICES, Home
from deploy.local.lock import HomeLock
from deploy.local.parts import MAILBOX, ROLES, operations, part_name, service_roles
from deploy.local.ports import Ports
from deploy.local.processes import Factory, Launch, Processes
from deploy.local.progress import Say, say_nothing
from deploy.local.reaper import Reaper
from deploy.local.roles import NEXT, mailbox_launch, migrate_launch, role_launch


class Stack:
    """A stack bound to one home folder; only one may use a home at a time. Leaving the context stops everything it
    started; data stays unless `erase` is given."""

    def __init__(
        self,
        home: Path = DEFAULT_HOME,
        *,
        durable: bool = True,
        services: Sequence[str] = SERVICES,
        rate_factor: float = 50.0,
        broker_memory: str = "0.4",
        preferred_ports: Mapping[str, int] | None = None,
        say: Say = say_nothing,
        erase: bool = False,
        reap: bool = True,
    ) -> None:
        """`durable=False` gives up safety against power cuts for speed. `services` limits what start_services starts.
        `rate_factor` multiplies the gateway's rate limits (1.0 = production's). `broker_memory` is the alarm threshold:
        a share of memory ("0.4") or a size ("300MB"). `reap`: if this process is killed, what it started ends, too."""
        self.home = Home.at(home)
        self.services = tuple(services)
        self.external = External.from_environment()
        self.ports = Ports(self.home.root / "ports.json", dict(preferred_ports or {}))
        credentials = Credentials(self.home)
        self.postgres = Postgres(self.home, self.ports, credentials, durable=durable, erased=erase)
        self.rabbitmq = RabbitMQ(self.home, self.ports, credentials, memory_limit=broker_memory)
        self.objectstore = ObjectStore(self.home, self.ports, credentials)
        self.gateway = Gateway(self.home, self.ports, rate_factor=rate_factor)
        self.around = Surroundings(
            self.home,
            self.ports,
            credentials,
            self.external,
            self.postgres,
            self.rabbitmq,
            self.objectstore,
            self.gateway,
        )
        self.processes = Processes(self.home, say)
        self._factories: dict[str, Factory] = {}
        self._successors: dict[str, Factory] = {}
        self._lock = HomeLock(self.home)
        self._erase = erase
        self._reap = reap
        self._reaper: Reaper | None = None

    async def __aenter__(self) -> Self:
        await self._lock.acquire()
        await self.processes.clear_leftovers()
        write_keyrings(self.home)
        write_gateway_keys(self.home)
        if self._reap:
            self._reaper = Reaper(self.home, erase=self._erase)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.shield(self.stop_all())
        if self._reaper is not None:
            self._reaper.dismiss()
        if self._erase:
            erase_data(self.home)
            shutil.rmtree(self.home.root, ignore_errors=True)
        self._lock.release()

    # -- starting ---------------------------------------------------------------------------------------------------

    async def start_engines(self) -> None:
        """Database server, broker and object store, ready for the migrations of the services."""
        starts = []
        if self.external.postgres is None:
            starts.append(self.start_part(self.postgres.name, self.postgres.launch))
        if self.external.broker is None:
            starts.append(self._start_broker())
        if self.external.s3 is None:
            starts.append(self.start_part(self.objectstore.name, self.objectstore.launch))
        else:
            starts.append(S3Server.parse(self.external.s3).create_buckets(bucket(s) for s in SERVICES))
        await _together(starts)
        await bootstrap_database(self.around.admin_dsn(), DATABASE, self.around.role_passwords())
        await bootstrap_subject_keys(self.around.admin_dsn(), KEY_DATABASE)

    async def start_services(self, copies: Mapping[str, int] | None = None) -> None:
        """Migrates all services, then starts every role, the mailbox and the gateway. `copies`: part name without copy
        number ("declaration.api") -> how many, one where not named."""
        await _together([self.migrate(service) for service in self.services])
        wanted = [
            (service, role, copy)
            for service, role in service_roles(self.services)
            for copy in range((copies or {}).get(part_name(service, role), 1))
        ]
        starts = [self.start(service, role, copy=copy) for service, role, copy in wanted]
        await _together([self.start_mailbox(), *starts])
        await self.start_gateway()

    async def migrate(self, service: str) -> None:
        """Runs the service's migrations to the end. Raises StackError when they fail."""

        async def launch() -> Launch:
            return migrate_launch(self.around, service)

        await self.processes.start(f"{service}.migrate", launch)

    async def start(self, service: str, role: str, *, extra_env: Mapping[str, str] | None = None, copy: int = 0) -> str:
        """Starts one copy of a role, waits until it is ready, and returns its part name."""
        part = part_name(service, role, copy)

        async def launch(successor: bool = False) -> Launch:
            return role_launch(self.around, service, role, copy, extra_env or {}, successor=successor)

        self._successors[part] = partial(launch, successor=True)
        await self.start_part(part, launch)
        if role == "api":
            self._reload_gateway()
        return part

    async def start_mailbox(self) -> None:
        """The development page that receives what would have been sent to people."""

        async def launch() -> Launch:
            return mailbox_launch(self.around)

        await self.start_part(MAILBOX, launch)

    async def start_part(self, part: str, factory: Factory) -> None:
        """Starts anything else beside the stack's own parts (tests do) and waits until it is ready."""
        self._factories[part] = factory
        await self.processes.start(part, factory)

    async def start_gateway(self) -> None:
        """nginx over all copies that run now; later copies are added by themselves."""
        await self.start_part(self.gateway.name, lambda: self.gateway.launch(self._upstreams()))

    # -- one part ---------------------------------------------------------------------------------------------------

    def pid(self, part: str) -> int:
        """Process id of a running part."""
        return self.processes.pid(part)

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to a part's process and returns at once."""
        self.processes.signal(part, number)

    async def ready(self, part: str) -> None:
        """Waits until a started part is ready. Raises StackError if it ends or takes too long."""
        await self.processes.ready(part)

    async def stop(self, part: str) -> int:
        """Stops a part gracefully (SIGTERM, then its grace, then SIGKILL) and returns its exit code."""
        code = await self.processes.stop(part)
        if part.split(".")[1:2] == ["api"]:
            self._reload_gateway()
        return code

    async def restart(self, part: str) -> None:
        """Stops a part, if it still runs, and starts it again as it was started before."""
        if part in self.processes.names():
            await self.processes.stop(part)
        await self.processes.start(part, self._factories[part])

    async def replace(self, part: str) -> None:
        """Rolling restart of a service role: the successor is ready on the same port before the old one stops."""
        retiring = f"retiring:{part}"
        self.processes.rename(part, retiring)
        try:
            await self.processes.start(part, self._successors[part])
        except StackError:
            self.processes.rename(retiring, part)
            raise
        self.ports.swap(operations(part), operations(part) + NEXT)
        await self.processes.stop(retiring)

    async def stop_all(self) -> None:
        """Gateway first, services next, engines last."""
        engines = [self.objectstore.name, self.rabbitmq.name, self.postgres.name, self.rabbitmq.mapper]
        order: list[list[str]] = [[self.gateway.name], [], engines[:3], engines[3:]]
        order[1] = [name for name in self.processes.names() if name not in {self.gateway.name, *engines}]
        for wave in order:
            running = [name for name in wave if name in self.processes.names()]
            await _together([self._stop_quietly(name) for name in running])
        await self.processes.clear_leftovers()

    async def rabbitmqctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl against the private node."""
        return await self.rabbitmq.control(*arguments)

    # -- what a caller needs to know --------------------------------------------------------------------------------

    def environment(self, service: str, role: str = "worker", copy: int = 0) -> dict[str, str]:
        """The variables a process of this service gets; role "migrate" adds the schema owner's."""
        return service_environment(self.around, service, role, copy)

    @property
    def admin_dsn(self) -> str:
        """Administrator of the database server."""
        return self.around.admin_dsn()

    @property
    def gateway_url(self) -> str:
        """The public origin."""
        return self.gateway.url

    @property
    def mailbox_url(self) -> str:
        """The development mailbox, directly."""
        return f"http://127.0.0.1:{self.ports.of(MAILBOX)}"

    # -- inside -----------------------------------------------------------------------------------------------------

    async def _start_broker(self) -> None:
        await self.start_part(self.rabbitmq.mapper, self.rabbitmq.launch_mapper)
        await self.start_part(self.rabbitmq.name, self.rabbitmq.launch)

    async def _stop_quietly(self, part: str) -> None:
        if self.processes.exit_code(part) is None:
            await self.processes.stop(part)
        else:
            self.processes.forget(part)

    def _upstreams(self) -> dict[str, list[int]]:
        names = self.processes.names()
        upstreams = {MAILBOX: [self.ports.of(MAILBOX)]}
        for service in ROLES:
            first = part_name(service, "api")
            running = [name for name in names if name == first or name.startswith(first + ".")]
            upstreams[service] = [self.ports.of(name) for name in running or [first]]
        return upstreams

    def _reload_gateway(self) -> None:
        if self.gateway.name in self.processes.names() and self.processes.exit_code(self.gateway.name) is None:
            self.gateway.configure(self._upstreams())
            os.kill(self.processes.pid(self.gateway.name), signal.SIGHUP)


async def _together(work: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Awaits all, then raises the first fault; faults of the others are told in the same message."""
    results = await asyncio.gather(*work, return_exceptions=True)
    faults = [result for result in results if isinstance(result, BaseException)]
    stack_faults = [fault for fault in faults if isinstance(fault, StackError)]
    if len(stack_faults) > 1:
        raise StackError.of(stack_faults)
    for fault in faults:
        raise fault
