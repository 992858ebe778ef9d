"""python -m services.<name> <verb>: the roles, and the commands an operator runs."""

import asyncio
import gc
import inspect
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.logging import configure_logging
from shared.messaging.parked import list_parked, replay
from shared.outbox.relay import release_parked
from shared.process import audit_commands, forgetting, key_commands
from shared.process.definition import ServiceDefinition
from shared.process.reconcilers import reconcile_now
from shared.process.roles import opened, run_api, run_extra, run_migrate, run_worker
from shared.settings import ServiceSettings
from shared.telemetry.tracing import configure_tracing
from shared.web.openapi import openapi


def main(service: ServiceDefinition, argv: list[str] | None = None) -> int:
    """Parse the command line and run one verb; the exit status."""
    # Long-lived objects made while importing are never garbage: keep the collector from walking them again and again.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
    arguments = service.parser().parse_args(argv)
    verb, rest = arguments.verb, list(arguments.rest)
    if verb == "openapi":
        import yaml

        yaml.safe_dump(openapi(service.name, service.routes()), sys.stdout, allow_unicode=True, sort_keys=True)
        return 0
    command = service.commands.get(verb)
    if command is not None and not inspect.iscoroutinefunction(command):
        return int(command(rest))
    settings = service.settings()
    configure_logging(service.name, verb, settings.telemetry.log_level)
    configure_tracing(settings.telemetry, service.name)
    return _loop()(_run(service, settings, verb, rest))


def _loop() -> Callable[[Coroutine[Any, Any, int]], int]:
    """uvloop where it is installed: a quarter less CPU for the same work; the standard loop everywhere else."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _run(service: ServiceDefinition, settings: ServiceSettings, verb: str, rest: list[str]) -> int:
    if verb == "api":
        await run_api(service, settings)
    elif verb == "worker":
        await run_worker(service, settings)
    elif verb == "migrate":
        await run_migrate(service, settings, rest[0] if rest else "all")
    elif verb in service.extra_roles:
        await run_extra(service, settings, verb)
    else:
        async with opened(service, settings, verb) as (foundation, deps):
            if verb == "parked":
                return await _show_parked(service, settings)
            if verb == "replay":
                return await _replay(service, settings, foundation.database, rest)
            if verb == "reconcile":
                return await reconcile_now(service, foundation, deps)
            if verb in key_commands.VERBS:
                return await key_commands.run_key_command(service, foundation, verb, rest)
            if verb in audit_commands.VERBS:
                return await audit_commands.run_audit_command(service, foundation, verb, rest)
            if verb == forgetting.VERB:
                return await forgetting.run_forget_command(service, foundation, deps)
            return int(await service.commands[verb](deps, rest))
    return 0


async def _show_parked(service: ServiceDefinition, settings: ServiceSettings) -> int:
    """One JSON line per parked message."""
    for parked in await list_parked(settings.broker, list(service.queues)):
        sys.stdout.write(json.dumps(asdict(parked), ensure_ascii=False) + "\n")
    return 0


async def _replay(service: ServiceDefinition, settings: ServiceSettings, database: Any, rest: list[str]) -> int:
    """Replay one message by id, or all; and let unroutable outbox events go again."""
    only = UUID(rest[0]) if rest else None
    count = await replay(settings.broker, database, service.name, list(service.queues), only)
    released = 0 if only else await release_parked(database)
    sys.stdout.write(json.dumps({"replayed": count, "released_from_outbox": released}) + "\n")
    return 0
