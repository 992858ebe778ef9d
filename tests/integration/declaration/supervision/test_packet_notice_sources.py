"""Which notices belong to a declaration: those that its own things open, whatever ids a candidate writes (C6, V24)."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.declaration import (
    CycleDatesAnnounced,
    CycleMoments,
    DeclarationApproved,
    PriorRowRequested,
    ReviewsWaiting,
)
from shared.contracts.declaration_filing import QualifiedListAccepted
from shared.contracts.event import Event
from shared.contracts.identity_staff import StaffChanged
from shared.ids import DeclarationId, StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.careers import Career, answer, asked
from tests.integration.declaration.filing.paper import filed_unseen, generate, open_draft
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.forms import current_period, prior_period
from tests.integration.declaration.season import Season, exam_season
from tests.integration.declaration.supervision import test_packet_notices as packets
from tests.integration.declaration.supervision.overseers import overseer
from tests.integration.declaration.supervision.test_packets import supervised
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest


async def owner_of(notification: ServiceUnderTest, year: Year, institution_id: UUID) -> None:
    """Notification hears of the owner of a unit."""
    staff = StaffId(new_id())
    place = f"{StaffChanged.TYPE}.%s:{staff}"
    sealed = {
        name: seal_for_event(notification.keyring, "contact", place % name, "13900000002") for name in ("name", "phone")
    }
    fields: dict[str, Any] = {"staff_id": staff, "role": "institution_owner", "scope_id": institution_id}
    fields |= {"occurred_at": year.clock.now(), "aggregate_version": 1, "state": "active", "scope_kind": "institution"}
    await notification.deliver(StaffChanged.model_validate(fields | sealed))


def announced(year: Year, person_id: UUID) -> CycleDatesAnnounced:
    """The end of declarations moved, told to a candidate."""
    now = year.clock.now()
    before = dict.fromkeys(CycleMoments.model_fields, now)
    told = {"recipient_id": person_id, "person_id": person_id, "institution_id": None, "filing_body_id": None}
    about = {"announcement_id": new_id(), "cycle_id": year.cycle_id, "cycle_year": 2027, "exam_body_id": None}
    dates = {"before": before, "after": before | {"declaration_closes_at": year.clock.now().replace(hour=23)}}
    return CycleDatesAnnounced.model_validate({"occurred_at": now, "aggregate_version": 2} | told | about | dates)


def waiting(year: Year) -> ReviewsWaiting:
    """Reviews wait at the unit."""
    fields = {"digest_id": new_id(), "step": "reminded", "institution_id": year.institution_id, "waiting": 3, "days": 7}
    named = {"institution_name": "江城试验医院", "filing_body_id": year.point_id, "cycle_year": 2027}
    told = {"occurred_at": year.clock.now(), "aggregate_version": 1}
    return ReviewsWaiting.model_validate(fields | named | told)


async def career_of(season: Season, row_ids: list[str]) -> Career:
    """A declaration whose earlier rows at one unit have these ids, handed in; the last one has the certificate."""
    career = Career(season, await season.has_unit("前任医院"))
    spans = [("2024-08-01", "2024-10-31"), ("2024-11-01", "2025-01-31"), ("2025-02-01", "2025-06-30")]
    rows = [
        prior_period(career.former, *span) | {"id": row_id}
        for span, row_id in zip(spans[-len(row_ids) :], row_ids, strict=True)
    ]
    career.row = rows[-1]
    career.content["periods"] = [*rows, current_period(season.unit)]
    return await career.hand_in(1)


async def told_in(year: Year, notification: ServiceUnderTest, by: Caller, subject: str, **more: Any) -> set[UUID]:
    """The events of the notices that a packet holds."""
    job_id = await packets.asked(by, subject, **more)
    for part in await packets.answer(year, notification):
        await year.service.deliver(part)
    messages, _ = await packets.written(year, by, job_id)
    return {UUID(one["event_id"]) for one in messages["notices"]}


@pytest.mark.requirement("V24")
async def test_ids_that_a_candidate_chooses_open_nothing_of_others(serve: Serve) -> None:
    """Earlier rows with the id of the exam year, of the unit, of another declaration, or of a row of it, bring no
    notice of others into a packet of the point; what the row's own unit was asked is there."""
    season = await exam_season(serve)
    year = await supervised(season)
    other = DeclarationId(new_id())
    career = await career_of(season, [str(year.cycle_id), str(year.institution_id), str(other)])
    notification = await serve("notification", year.clock)
    for unit in (year.institution_id, career.former.id):
        await owner_of(notification, year, unit)
    await asked(career)
    (own,) = await year.service.published(PriorRowRequested)
    elses = own.model_dump() | {"declaration_id": other, "person_id": new_id()}
    approved = DeclarationApproved.model_validate(elses | {"event_id": new_id()})
    same_row = PriorRowRequested.model_validate(elses | {"event_id": new_id()})
    dates = [announced(year, career.draft.person.id), announced(year, new_id())]
    told: list[Event] = [own, approved, same_row, *dates, waiting(year)]
    for event in told:
        await notification.deliver(event)
    point = await overseer(year, "point_admin", year.point_id)
    found = await told_in(year, notification, point, career.draft.id, reason_code="inquiry")
    assert found == {own.event_id, dates[0].event_id}
    assert await messages_of(notification) == {one.event_id for one in told}


async def messages_of(notification: ServiceUnderTest) -> set[UUID]:
    """The events that somebody was told of."""
    async with notification.database.read() as reader:
        return {row["event_id"] for row in await reader.fetch("SELECT event_id FROM message")}


@pytest.mark.requirement("C6", "V24")
async def test_each_packet_holds_what_was_told_about_its_declaration(serve: Serve) -> None:
    """The person's packet has the moved dates told to the person; the body's also what the units were told of the
    list and of the earlier row; neither has the dates told to another."""
    season = await exam_season(serve)
    year = await supervised(season)
    career = await career_of(season, [str(new_id())])
    request = await asked(career)
    confirmed = await answer(career, request, {"result": "confirmed"})
    career.draft.version = confirmed.body["version"]
    assert (await season.decide(career.draft, "approval")).status == 200
    judged = {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    assert (await year.unit.post(f"/reviews/{career.draft.id}/evaluation", judged)).status == 201
    await filed_unseen(year, await generate(year, await open_draft(year)))
    notification = await serve("notification", year.clock)
    for unit in (year.institution_id, career.former.id):
        await owner_of(notification, year, unit)
    (row,) = await year.service.published(PriorRowRequested)
    (listed,) = await year.service.published(QualifiedListAccepted)
    mine, others = announced(year, career.draft.person.id), announced(year, new_id())
    for event in (row, listed, mine, others):
        await notification.deliver(event)
    assert await told_in(year, notification, career.draft.person.api, career.draft.id) == {mine.event_id}
    point = await overseer(year, "point_admin", year.point_id)
    found = await told_in(year, notification, point, career.draft.id, reason_code="inquiry")
    assert found == {mine.event_id, row.event_id, listed.event_id}
