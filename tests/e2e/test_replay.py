"""Broken object level authorisation: what succeeded on the road is sent again by others of the same kind (V22)."""

import base64
import json
import random
import re
import time
from collections.abc import Mapping
from uuid import uuid4

import asyncpg
import pytest

from deploy.demo import candidate as candidates
from deploy.demo import offices
from deploy.demo.offices import IDENTITY
from deploy.demo.phones import new_phone
from deploy.demo.public_api import PublicApi
from deploy.demo.staff import accept_invitation, log_in
from tests.contract.services import SERVICES
from tests.e2e.conftest import Road, Sent, command
from tests.integration.authorisation.policy import Operation, operations, table
from tests.support.table_digest import table_digest
from tests.support.waiting import wait_until

_CLOCKS = ("notification.sms_provider",)
"""Say when workers looked last, every quarter of a minute."""
_OF_SOMEBODY = ("person", "institution")
_REST = 3.0


def role_of(sent: Sent) -> str:
    """Who sent it, by the token; empty without one."""
    token = sent.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token:
        return ""
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return str(claims["role"])


def operation_of(sent: Sent) -> Operation | None:
    """The operation a request was of; None for the mailbox page."""
    path = "/" + sent.path.split("?", 1)[0].lstrip("/")
    for one in operations():
        pattern = re.sub(r"\{\w+[^}]*\}", "[^/]+", one.path)
        if one.method == sent.method and re.fullmatch(f"/api/{one.service}/v1{pattern}", path):
            return one
    return None


def of_somebody(road: Road) -> list[Sent]:
    """The requests that named something of a person or of an institution in their path."""
    rows, found = table(), []
    for sent in road.sent:
        operation = operation_of(sent)
        if operation is not None and rows[operation.place].reach in _OF_SOMEBODY and role_of(sent):
            found.append(sent)
    return found


async def strangers(road: Road) -> Mapping[str, PublicApi]:
    """Another person, another institution with its staff, another exam body; every one with a good token."""
    dice = random.Random(road.walk.seed + 2)
    zone_account, site_account = road.walk.accounts.find("zone"), road.walk.accounts.find("site")
    assert zone_account is not None
    assert site_account is not None
    zone, site = await log_in(road.api, zone_account), await log_in(road.api, site_account)
    institution_id, _, owner = await offices.issue_institution(site, dice)
    phone = new_phone()
    wanted = {"role": "institution_business_admin", "scope_id": institution_id, "name": "吴审核", "phone": phone}
    await owner.api.post(f"{IDENTITY}/staff-invitations", wanted)
    admin = await accept_invitation(owner.api, phone)
    phone = new_phone()
    body = {
        "name": "黄石考点",
        "level": "site",
        "parent_id": zone.account.scope_id,
        "code": "4202",
        "division_codes": ["420200"],
        "admin": {"name": "孙他方", "phone": phone},
    }
    await zone.api.post(f"{offices.INSTITUTION}/exam-bodies", body)
    other_site = await accept_invitation(zone.api, phone)
    person = await candidates.log_in(road.api, candidates.graduate(road.walk.seed + 6000))
    return {
        "candidate": person.api,
        "institution_owner": owner.api,
        "institution_business_admin": admin.api,
        "site_admin": other_site.api,
        "zone_admin": other_site.api,
        "national_network_client": person.api,
    }


async def digest(connection: asyncpg.Connection) -> dict[str, tuple[int, str]]:
    """All tables of all services."""
    return {
        f"{service}.{name}": content
        for service in SERVICES
        for name, content in (await table_digest(connection, service)).items()
        if f"{service}.{name}" not in _CLOCKS
    }


async def again(sent: Sent, stranger: PublicApi) -> int:
    """The same request with the stranger's token and a key of its own; the status."""
    headers = sent.headers | {"Authorization": f"Bearer {stranger.token}"}
    if sent.method != "GET":
        headers["Idempotency-Key"] = str(uuid4())
    url = f"{stranger.gateway}/{sent.path.lstrip('/')}"
    async with stranger.session.request(sent.method, url, json=sent.json, data=sent.data, headers=headers) as answer:
        return answer.status


@pytest.mark.requirement("V22", "V24")
async def test_nobody_else_can_do_what_was_done(road: Road) -> None:
    """Every request that named something of a person or institution, sent again by strangers of the same role and of
    the others: 403 or 404 each time, and no table of any service changes."""
    others = await strangers(road)
    replayed = of_somebody(road)
    assert len({operation.place for sent in replayed if (operation := operation_of(sent))}) >= 15
    for service in SERVICES:
        # So that none falls due while the tables are compared.
        await command(road, service, "anchor-audit")
    connection = await asyncpg.connect(road.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
    try:
        last, since = await digest(connection), time.monotonic()

        async def at_rest() -> bool:
            nonlocal last, since
            if (now := await digest(connection)) != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since > _REST

        await wait_until(at_rest, seconds=60, what="the services have nothing left to do")
        wrong = []
        for sent in replayed:
            for role, stranger in others.items():
                status = await again(sent, stranger)
                if status not in (403, 404):
                    wrong.append(f"{sent.method} {sent.path} of {role_of(sent)} by {role}: {status}")
        assert wrong == []
        after = await digest(connection)
        assert sorted(name for name in after if after[name] != last[name]) == []
    finally:
        await connection.close()
