"""Any service may be stopped: the others go on answering, and it catches up when it returns."""

import asyncio

import asyncpg
import pytest

from tests.e2e.conftest import Road
from tests.support.waiting import wait_until

SERVICES = ("identity", "institution", "declaration", "notification")
PUBLIC = {
    "identity": "api/identity/v1/jwks",
    "institution": "api/institution/v1/openapi.json",
    "declaration": "api/declaration/v1/cycles/current",
    "notification": "api/notification/v1/openapi.json",
}


@pytest.mark.parametrize("stopped", SERVICES)
async def test_the_others_go_on_while_one_is_stopped(road: Road, stopped: str) -> None:
    """With api and worker of one service down, the other three answer; the stopped one is a 502 or 503 problem."""
    for role in ("api", "worker"):
        await road.stack.stop(f"{stopped}.{role}")
    try:
        for service, path in PUBLIC.items():
            status = await road.api.status_of("GET", path)
            assert status == 200 if service != stopped else status in (502, 503, 504)
    finally:
        await asyncio.gather(*(road.stack.start(stopped, role) for role in ("api", "worker")))
    await wait_until(lambda: _answers(road, PUBLIC[stopped]), what=f"{stopped} to answer again")


async def test_a_stopped_consumer_catches_up(road: Road) -> None:
    """A login code asked for while notification is down is sent when it returns."""
    phone = "19900000001"
    await road.stack.stop("notification.worker")
    try:
        await road.api.post("api/identity/v1/login-codes", {"phone": phone})
        await asyncio.sleep(1.0)
        assert not (await road.api.get(f"mailbox/messages?to={phone}"))["messages"]
    finally:
        await road.stack.start("notification", "worker")
    await wait_until(lambda: _arrived(road, phone), what="the code to arrive")


@pytest.mark.requirement("V65")
async def test_no_service_reads_anothers_schema(road: Road) -> None:
    """Each role's own password opens its own schema only."""
    for service in SERVICES:
        connection = await asyncpg.connect(road.stack.around.dsn(service))
        for other in SERVICES:
            if other != service:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(f"SELECT * FROM {other}.outbox")  # allow built-sql: names above
        await connection.close()


async def _answers(road: Road, path: str) -> bool:
    return await road.api.status_of("GET", path) == 200


async def _arrived(road: Road, phone: str) -> bool:
    return bool((await road.api.get(f"mailbox/messages?to={phone}"))["messages"])
