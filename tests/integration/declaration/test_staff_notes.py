"""Notes among the reviewers of a unit: never for the candidate, never for another unit, sealed at rest."""

import pytest

from tests.integration.declaration.season import exam_season
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A38", "V64")
async def test_notes_stay_among_reviewers(serve: Serve) -> None:
    """Colleagues and the owner read them in order; the candidate finds them nowhere, other units and a reviewer who is
    the candidate are refused; writing and reading leave a trail without the text."""
    season = await exam_season(serve)
    draft = await season.submitted()
    path, secret = f"/reviews/{draft.id}/notes", "电话核实过考勤，尚待回复"
    written = await season.reviewer().post(path, {"text": secret})
    assert written.status == 201, written.body
    assert (await season.reviewer().post(path, {"text": "已回复，属实"})).status == 201
    owner = season.service.caller("institution_owner", scope_id=season.unit.id)
    first = (await owner.get(f"{path}?limit=1")).body
    rest = (await owner.get(f"{path}?limit=1&cursor={first['next_cursor']}")).body
    assert [note["text"] for note in (*first["items"], *rest["items"])] == [secret, "已回复，属实"]
    shown = [
        (await draft.person.api.get(draft.path)).body,
        (await draft.person.api.get(f"{draft.path}/timeline")).body,
        (await draft.person.api.get("/declarations")).body,
    ]
    assert secret not in str(shown)
    assert (await draft.person.api.get(path)).status == 403
    other = await season.has_unit("别家医院")
    assert (await season.reviewer(other).get(path)).status == 404
    assert (await season.reviewer(other).post(path, {"text": "好奇"})).status == 404
    himself = season.reviewer(person_id=draft.person.id)
    assert [(await himself.get(path)).code, (await himself.post(path, {"text": "自荐"})).code] == [
        "own_declaration"
    ] * 2
    sealed = "SELECT count(*) FROM staff_note WHERE position(convert_to($1, 'UTF8') IN note) > 0"
    assert await season.count(sealed, secret) == 0
    trail = "SELECT count(*) FROM audit_entry WHERE action IN ('declaration.write_note', 'declaration.read_notes')"
    assert await season.count(trail) == 4
    leaked = "SELECT count(*) FROM audit_entry WHERE position($1 IN entry::text) > 0"
    assert await season.count(leaked, secret) == 0
