"""The audit chains of a whole stack, after a whole probation year: anchored by the workers themselves, kept by another
service, and verified by the commands an operator runs."""

import json
from pathlib import Path

import asyncpg
import pytest

from deploy.demo.staff import log_in
from shared.audit.keeping import kept_services
from tests.contract.services import SERVICES, subscriptions
from tests.e2e.conftest import Road, command
from tests.support.waiting import wait_until

KEEPER = {kept: keeper for keeper in SERVICES for kept in kept_services(subscriptions(keeper))}


async def copies_at(road: Road, keeper: str, service: str) -> int:
    """How many anchors of a service its keeper holds, in the keeper's own table."""
    connection = await asyncpg.connect(road.stack.around.dsn(keeper))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM audit_anchor WHERE service = $1", service))
    finally:
        await connection.close()


async def look_a_recipient_up(road: Road) -> None:
    """The zone asks what was sent to somebody: the road alone does nothing that notification's trail has to keep."""
    account = road.walk.accounts.find("zone")
    assert account is not None
    zone = await log_in(road.api, account)
    found = await zone.api.get(f"api/notification/v1/deliveries?recipient_id={account.staff_id}")
    assert found["items"]


@pytest.mark.requirement("V62", "V63")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_chain_is_anchored_kept_and_well(road: Road, service: str, tmp_path: Path) -> None:
    """The worker anchored by itself, the copy travelled to the keeper, and chain, bucket and copies agree."""
    keeper = KEEPER[service]
    assert keeper != service
    if service == "notification":
        await look_a_recipient_up(road)

    async def kept() -> bool:
        return await copies_at(road, keeper, service) > 0

    await wait_until(kept, seconds=90, what=f"an anchor of {service} at {keeper}")
    # What came after the worker's last anchor is anchored too, before it is verified.
    status, _ = await command(road, service, "anchor-audit")
    assert status == 0
    _, copies = await command(road, keeper, "kept-anchors", service)
    file = tmp_path / "kept.jsonl"
    file.write_text(copies, encoding="utf-8")
    status, output = await command(road, service, "verify-audit", "--kept", str(file))
    summary = json.loads(output.splitlines()[-1])
    assert (status, summary["findings"], summary["accepted_findings"]) == (0, 0, 0), output
    assert summary["kept_copies"] >= 1
    assert summary["anchors"] >= 2
    assert summary["entries"] > 0
