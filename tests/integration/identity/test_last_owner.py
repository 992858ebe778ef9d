"""An active institution always has an owner, also when two of them leave at the same moment (4.8, B6)."""

import asyncio
from uuid import UUID

import pytest

from services.identity.storage import staff_accounts
from shared.postgres.transaction import Transaction
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.support.service_under_test import Answer, Serve


async def _two_owners(serve: Serve) -> tuple[Offices, Holder, list[Holder]]:
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    site = await offices.holder("site_admin", offices.site)
    return offices, site, [await offices.holder("institution_owner", unit) for _ in range(2)]


@pytest.mark.requirement("B6", "V25")
async def test_the_last_owner_of_an_active_institution_stays(serve: Serve) -> None:
    """One of two may go, the last one not, unless the institution does not work any more."""
    offices, site, (first, second) = await _two_owners(serve)
    assert (await offices.step(site, first, "disablement", REASON)).status == 200
    refused = await offices.step(site, second, "disablement", REASON)
    assert (refused.status, refused.code) == (409, "last_owner")
    await offices.institution(offices.zone, offices.site, state="closed", version=2, id=second.scope_id)
    assert (await offices.step(site, second, "disablement", REASON)).status == 200


async def _both_leave(offices: Offices, site: Holder, owners: list[Holder]) -> list[int]:
    answers: list[Answer] = await asyncio.gather(
        *(offices.step(site, owner, "disablement", REASON) for owner in owners)
    )
    return sorted(answer.status for answer in answers)


@pytest.mark.requirement("B6", "V25", "M9")
async def test_two_owners_can_not_leave_at_the_same_moment(serve: Serve) -> None:
    """Of two disablements in parallel one is done and one refused, each time."""
    for _ in range(3):
        offices, site, owners = await _two_owners(serve)
        assert await _both_leave(offices, site, owners) == [200, 409]


@pytest.mark.requirement("B6", "M9")
async def test_without_the_lock_both_owners_leave(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: counted without a lock, by two who wait for each other in between, nobody is left."""
    both_counted = asyncio.Barrier(2)

    async def count_only(tx: Transaction, institution_id: UUID) -> list[UUID]:
        rows = await tx.fetch(
            "SELECT staff_id FROM staff_account WHERE scope_id = $1 AND role = 'institution_owner'"
            " AND state IN ('active', 'locked') ORDER BY staff_id",
            institution_id,
        )
        await both_counted.wait()
        return [row["staff_id"] for row in rows]

    offices, site, owners = await _two_owners(serve)
    monkeypatch.setattr(staff_accounts, "lock_owners", count_only)
    assert await _both_leave(offices, site, owners) == [200, 200]
