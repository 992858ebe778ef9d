"""Whatever kind of subject a service records: the auditors of its site and of the zone read of it, a neighbour's do
not (V64, V24)."""

from uuid import UUID

import pytest

from shared import audit
from shared.actor import SYSTEM
from shared.audit import searching
from tests.contract.services import SERVICES
from tests.integration.shared.audit.audited import AUDITED, Audited
from tests.integration.shared.audit.recorded_kinds import recorded_kinds
from tests.support.service_under_test import Serve

_LIMIT = "audit_lies_within(x.subject_id, x.actor_id::uuid, $1::uuid)"


@pytest.mark.requirement("V64", "V24")
@pytest.mark.parametrize("service", SERVICES)
async def test_every_kind_of_subject_is_read_where_it_stands(
    serve: Serve, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the machine did, which stands nowhere itself, is read at the subject's site and at the zone; what stands
    nowhere, at the zone alone. A new kind needs a subject here. Control: without the condition the neighbour reads
    all."""
    audited = await AUDITED[service](serve)
    subjects = audited.placed + audited.of_zone
    assert {kind for kind, _ in subjects} == recorded_kinds(service)
    await _record(audited, subjects)
    assert await _seen(audited, audited.zone, subjects) == subjects
    assert await _seen(audited, audited.site, subjects) == audited.placed
    assert await _seen(audited, audited.neighbour, subjects) == []
    unlimited = {name: sql.replace(_LIMIT, "$1::uuid IS NOT NULL") for name, sql in searching._SEARCHES.items()}
    monkeypatch.setattr(searching, "_SEARCHES", unlimited)
    assert await _seen(audited, audited.neighbour, subjects) == subjects


async def _record(audited: Audited, subjects: list[tuple[str, UUID]]) -> None:
    at = audited.service.clock.now()
    async with audited.service.database.transaction() as tx:
        for kind, subject in subjects:
            audit.record(tx, "thing.look", actor=SYSTEM, subject_kind=kind, subject_id=subject, at=at)


async def _seen(audited: Audited, body: UUID, subjects: list[tuple[str, UUID]]) -> list[tuple[str, UUID]]:
    """Those of `subjects` whose entries an auditor of a body finds."""
    auditor, seen = audited.service.caller("auditor", scope_id=body), []
    for kind, subject in subjects:
        found = await auditor.get(f"/audit-entries?subject_id={subject}&action=thing.look&limit=100")
        assert found.status == 200, found.body
        if kind in {one["subject_kind"] for one in found.body["items"]}:
            seen.append((kind, subject))
    return seen
