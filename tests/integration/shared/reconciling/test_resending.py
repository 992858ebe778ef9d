"""What a producer tells again, and to whom."""

from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest

from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationSetDiffers
from shared.contracts.identity import IdentitySetDiffers
from shared.contracts.institution import InstitutionChanged
from shared.contracts.reconciling import SetDiffers
from shared.ids import new_id
from shared.reconciling.sets import LAST
from tests.integration.institution.library import Library
from tests.support.service_under_test import Serve

_AGAIN = "SELECT only_for, count(*) AS count FROM outbox WHERE type = $1 AND only_for IS NOT NULL GROUP BY 1 ORDER BY 1"


@pytest.mark.requirement("M11")
async def test_two_that_lost_the_same_are_both_told_once(serve: Serve) -> None:
    """Identity and declaration lost one institution: each is told, whoever asks first; asking again while that is on
    its way tells nobody more."""
    service = await serve("institution")
    library = await Library.open(service, cast("FrozenClock", service.clock))
    await library.issued()
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE outbox SET sent_at = clock_timestamp(), created_at = created_at - interval '1 hour'")
    settled = service.clock.now() - timedelta(minutes=1)

    async def ask(kind: type[SetDiffers]) -> None:
        await service.deliver(
            kind(
                occurred_at=service.clock.now(),
                aggregate_version=1,
                request_id=new_id(),
                producer="institution",
                side="things",
                event_type=InstitutionChanged.TYPE,
                lower=UUID(int=0),
                upper=LAST,
                settled_at=settled,
                known=[],
            )
        )

    for kind in (DeclarationSetDiffers, IdentitySetDiffers, DeclarationSetDiffers, IdentitySetDiffers):
        await ask(kind)
    async with service.database.read() as reader:
        rows = await reader.fetch(_AGAIN, InstitutionChanged.TYPE)
    assert [tuple(row) for row in rows] == [("declaration", 1), ("identity", 1)]
