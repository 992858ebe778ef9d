"""People whose keys were destroyed are forgotten again by every service that knows them: before a restored service
answers anybody, every minute, and by the command `forget-erased` (V58)."""

import json
import sys
from datetime import timedelta
from typing import Any

import structlog

from shared.errors import Unavailable
from shared.privacy.forgetting import forget_erased
from shared.process.definition import Foundation, Job, ServiceDefinition

log = structlog.get_logger()

VERB = "forget-erased"
_EVERY = timedelta(minutes=1)


async def forget_now(service: ServiceDefinition, foundation: Foundation, deps: Any) -> int:
    """How many were forgotten again; 0 in a service that holds nothing under keys of persons."""
    forget, subject_keys = service.forget, foundation.subject_keys
    if forget is None or subject_keys is None:
        return 0
    forgotten = await forget_erased(foundation.database, subject_keys, lambda tx, ids: forget(tx, ids, deps))
    if forgotten:
        log.warning("forgotten_again", people=forgotten)
    return forgotten


async def forget_before_work(service: ServiceDefinition, foundation: Foundation, deps: Any) -> None:
    """What a role does before it is ready. A store that does not answer holds nobody up: nothing sealed opens then."""
    try:
        await forget_now(service, foundation, deps)
    except Unavailable as error:
        log.warning("not_forgotten_yet", error=type(error).__name__)


def forgetting_jobs(service: ServiceDefinition, foundation: Foundation) -> tuple[Job, ...]:
    """The same as scheduled work, given the service's Dependencies."""

    async def run(deps: Any) -> None:
        await forget_now(service, foundation, deps)

    return (Job(VERB, _EVERY, run),) if service.forget is not None else ()


async def run_forget_command(service: ServiceDefinition, foundation: Foundation, deps: Any) -> int:
    """Forget now, and say how many; what an operator runs after restoring a database."""
    sys.stdout.write(json.dumps({"forgotten_again": await forget_now(service, foundation, deps)}) + "\n")
    return 0
