"""What a reminder of a draft says is missing, and whose content keeps nobody else waiting (A36)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import contents
from services.declaration.storage.declarations import DATA_CLASS
from shared.clock import SHANGHAI
from shared.contracts.declaration import DraftReminded
from shared.security.sealing import seal
from tests.integration.declaration.forms import REASONS
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_draft_reminders import JOB, begun, on, told
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A36")
async def test_the_reminder_says_what_is_missing(serve: Serve) -> None:
    """Sections as the preview finds them; nothing where only the submission is missing; the binding where there is
    none any more."""
    season = await exam_season(serve)
    full, empty, unbound = await season.draft(), await begun(season), await season.draft()
    await season.binds(unbound.person, season.unit, state="ended")
    on(season, 27)
    await run(season, JOB)
    events = {one.declaration_id: one for one in await season.service.published(DraftReminded)}
    assert (events[UUID(full.id)].sections, events[UUID(full.id)].blocked_by) == ([], None)
    assert events[empty].sections[:2] == ["education", "periods"]
    assert "documents" in events[empty].sections
    assert (events[UUID(unbound.id)].sections, events[UUID(unbound.id)].blocked_by) == ([], "binding_required")
    assert {(one.step, one.days, one.again, one.number) for one in events.values()} == {(3, 2, False, "")}
    assert {one.ends_at for one in events.values()} == {datetime(2026, 12, 30, tzinfo=SHANGHAI)}


@pytest.mark.requirement("A36")
async def test_answers_that_are_missing_are_called_so(serve: Serve) -> None:
    """Returned, everything filled in, the reasons not answered: that is missing, and nothing of the form (4.4)."""
    season = await exam_season(serve)
    returned = await season.submitted()
    assert (await season.decide(returned, "return", REASONS)).status == 200
    on(season, 5, month=1, year=2027)
    await run(season, JOB)
    (event,) = await season.service.published(DraftReminded)
    assert (event.sections, event.blocked_by) == (["reasons"], None)


@pytest.mark.requirement("R29")
async def test_who_is_barred_hears_once_the_ban_ends(serve: Serve) -> None:
    """Nothing is missing that they could give; on the day after the ban, they are told as the others."""
    season = await exam_season(serve)
    barred, for_life = await season.draft(), await season.draft()
    bans: list[tuple[Draft, dict[str, Any]]] = [
        (barred, {"reason_code": "false_material", "until": "2026-12-27"}),
        (for_life, {"reason_code": "organised_cheating", "until": None}),
    ]
    for draft, ban in bans:
        who = {"document_type": "resident_id", "document_no": draft.person.document_no, "note": "虚构案情"}
        assert (await season.zone.post("/bans", who | ban)).status == 201
    for day in (22, 26, 27):
        on(season, day)
        await run(season, JOB)
    assert await told(season) == []
    on(season, 28)
    await run(season, JOB)
    (event,) = await season.service.published(DraftReminded)
    assert (event.declaration_id, event.step, event.sections) == (UUID(barred.id), 1, [])


async def test_damaged_content_keeps_nobody_waiting(serve: Serve) -> None:
    """The person is told without what is missing, the others as always."""
    season = await exam_season(serve)
    broken, whole = await season.draft(), await begun(season)
    async with season.service.database.transaction() as tx:
        await tx.execute(
            "UPDATE declaration SET content = set_byte(content, length(content) - 1,"
            " get_byte(content, length(content) - 1) # 1) WHERE id = $1",
            UUID(broken.id),
        )
    on(season, 22)
    await run(season, JOB)
    events = {one.declaration_id: one.blocked_by for one in await season.service.published(DraftReminded)}
    assert events == {UUID(broken.id): "unreadable", whole: None}


@pytest.mark.parametrize(
    ("broken", "said"),
    [("exam_category_code = '999'", "category_not_offered"), ("catalogue_version = 999", "unreadable")],
)
async def test_one_choice_that_can_not_be_judged_keeps_nobody_waiting(serve: Serve, broken: str, said: str) -> None:
    """A category that is not offered any more, a catalogue that is gone: the others are told as always."""
    season = await exam_season(serve)
    lost, whole = await begun(season), await begun(season)
    async with season.service.database.transaction() as tx:
        await tx.execute(f"UPDATE declaration SET {broken} WHERE id = $1", lost)
    on(season, 22)
    await run(season, JOB)
    events = {one.declaration_id: one.blocked_by for one in await season.service.published(DraftReminded)}
    assert events == {lost: said, whole: None}


async def test_content_of_another_shape_keeps_nobody_waiting(serve: Serve) -> None:
    """Sealed as it should be, and nothing that a form could hold."""
    season = await exam_season(serve)
    broken, whole = await season.draft(), await begun(season)
    keyring, place = season.service.keyring, contents.place(UUID(broken.id))
    sealed = seal(keyring, DATA_CLASS, place, b'{"periods": 7}')
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET content = $2 WHERE id = $1", UUID(broken.id), sealed)
    on(season, 22)
    await run(season, JOB)
    events = {one.declaration_id: one.blocked_by for one in await season.service.published(DraftReminded)}
    assert events == {UUID(broken.id): "unreadable", whole: None}


@pytest.mark.requirement("V58")
async def test_whose_key_is_gone_keeps_nobody_waiting(serve: Serve) -> None:
    """Nothing is told of them, and the others are told as always. It is not counted as told: with the key back they
    hear, too."""
    season = await exam_season(serve)
    lost, whole = await season.draft(), await begun(season)
    kept = await _content(season, lost.id)
    # Version, algorithm and length, then the key's id.
    await _put_content(season, lost.id, kept[:3] + b"x" * kept[2] + kept[3 + kept[2] :])
    on(season, 22)
    for _ in range(2):
        await run(season, JOB)
    assert await told(season) == [(whole, 7, 7)]
    async with season.service.database.read() as reader:
        audited = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.remind_draft'"
        assert await reader.fetchval(audited) == 1
    await _put_content(season, lost.id, kept)
    await run(season, JOB)
    assert await told(season) == [(whole, 7, 7), (UUID(lost.id), 7, 7)]


async def _content(season: Season, declaration_id: str) -> bytes:
    async with season.service.database.read() as reader:
        kept: bytes = await reader.fetchval("SELECT content FROM declaration WHERE id = $1", UUID(declaration_id))
        return kept


async def _put_content(season: Season, declaration_id: str, content: bytes) -> None:
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET content = $2 WHERE id = $1", UUID(declaration_id), content)
