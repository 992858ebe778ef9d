"""Decision packets hold what was told about the declaration: notification is asked by an event and answers by
events, and a packet never hangs on it (C6)."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.declaration.scheduled.exports import work_exports
from services.notification.jobs import purge_contents
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationReturned,
    DeclarationSubmitted,
    PacketNoticesAsked,
)
from shared.contracts.declaration_evaluation import EvaluationRecorded
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.notification import PacketNoticesTold
from shared.ids import PersonId, StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.supervision.overseers import overseer
from tests.integration.declaration.supervision.test_packets import decided, verdict
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

_STEPS = ("sent", "delivered")


async def told(year: Year, notification: ServiceUnderTest) -> None:
    """Notification hears what declaration published, and of somebody of the unit."""
    staff = StaffId(new_id())
    place = f"{StaffChanged.TYPE}.%s:{staff}"
    sealed = {
        name: seal_for_event(notification.keyring, "contact", place % name, "13900000002") for name in ("name", "phone")
    }
    fields: dict[str, Any] = {"staff_id": staff, "role": "institution_owner", "scope_id": year.institution_id}
    fields |= {"occurred_at": year.clock.now(), "aggregate_version": 1, "state": "active", "scope_kind": "institution"}
    await notification.deliver(StaffChanged.model_validate(fields | sealed))
    for kind in (DeclarationSubmitted, DeclarationApproved, EvaluationRecorded):
        for event in await year.service.published(kind):
            await notification.deliver(event)


async def answer(year: Year, notification: ServiceUnderTest) -> list[PacketNoticesTold]:
    """What was asked last arrives at notification; its answer, on its way."""
    before = len(await notification.published(PacketNoticesTold))
    await notification.deliver((await year.service.published(PacketNoticesAsked))[-1])
    return list((await notification.published(PacketNoticesTold))[before:])


async def asked(by: Caller, declaration_id: str, **more: Any) -> str:
    """A packet that waits for notices; nobody has written it."""
    made = await by.post("/decision-packets", {"declaration_id": declaration_id} | more)
    assert (made.status, made.body["waiting_for"]) == (202, "notices"), made.body
    return str(made.body["id"])


async def written(year: Year, by: Caller, job_id: str) -> tuple[dict[str, Any], bytes]:
    """(the file of messages, the packet), after the worker's turn; nothing of the answer is kept."""
    await work_exports(year.service.deps)
    job = (await by.get(f"/exports/{job_id}")).body
    assert (job["state"], job["waiting_for"]) == ("done", None), job
    assert await kept(year) == 0
    data = (await by.get(f"/exports/{job_id}/file")).body
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        messages: dict[str, Any] = json.loads(archive.read("data/messages.json"))
    return messages, data


def packed_anew(data: bytes, text: str, other: str) -> bytes:
    """The same archive with another text among its messages."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as again:
        for name in archive.namelist():
            body = archive.read(name)
            if name == "data/messages.json":
                assert text.encode() in body
                body = body.replace(text.encode(), other.encode())
            again.writestr(name, body)
    return out.getvalue()


async def kept(year: Year) -> int:
    """Parts of answers that lie beside jobs."""
    async with year.service.database.read() as reader:
        return int(await reader.fetchval("SELECT count(*) FROM packet_notice"))


async def waits(year: Year, by: Caller, job_id: str) -> bool:
    """Whether the worker lets the job wait."""
    await work_exports(year.service.deps)
    job = (await by.get(f"/exports/{job_id}")).body
    return (job["state"], job["waiting_for"]) == ("writing", "notices")


@pytest.mark.requirement("C6")
async def test_a_packet_holds_the_words_of_notices_and_what_became_of_them(serve: Serve, tmp_path: Path) -> None:
    """The person's packet has each message as the inbox shows it, with its channels; a supervising body's has those to
    the unit too; it waits until notification has answered, and a changed letter is named with its notice."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    await _sent_by_sms(notification, draft.person.id)
    person = draft.person.api
    job_id = await asked(person, draft.id)
    assert await waits(year, person, job_id)
    for part in await answer(year, notification):
        await year.service.deliver(part)
    messages, data = await written(year, person, job_id)
    inbox = (await notification.caller("candidate", id=draft.person.id).get("/messages")).body["items"]
    shown = {(one["kind"], one["title"], one["body"]) for one in inbox}
    assert {(one["template_key"], one["title"], one["body"]) for one in messages["notices"]} == shown
    assert {one["event_type"] for one in messages["notices"]} >= {DeclarationApproved.TYPE, EvaluationRecorded.TYPE}
    assert {one["recipient_id"] for one in messages["notices"]} == {str(draft.person.id)}
    (approved,) = [one for one in messages["notices"] if one["event_type"] == DeclarationApproved.TYPE]
    (sms,) = approved["channels"]
    assert (sms["channel"], sms["state"], sms["code"]) == ("sms", "delivered", "DELIVERED")
    assert sms["sent_at"] <= sms["delivered_at"]
    assert (await verdict(year, data, tmp_path))[0] == []
    touched = packed_anew(data, approved["body"], approved["body"].replace("通过", "过通"))
    places = {one.place for one in (await verdict(year, touched, tmp_path))[0] if one.kind == "notice_altered"}
    position = messages["notices"].index(approved) + 1
    assert places == {f"data/messages.json {position} {approved['template_key']}"}
    await _all_of_the_unit(year, draft, notification)


async def _all_of_the_unit(year: Year, draft: Any, notification: ServiceUnderTest) -> None:
    point = await overseer(year, "point_admin", year.point_id)
    job_id = await asked(point, draft.id, reason_code="inquiry")
    for part in await answer(year, notification):
        await year.service.deliver(part)
    messages, _ = await written(year, point, job_id)
    assert {one["recipient"] for one in messages["notices"]} == {"candidate", "staff"}


async def _sent_by_sms(notification: ServiceUnderTest, person: Any) -> None:
    """The provider took the text of the approval and reported of it."""
    async with notification.database.transaction() as tx:
        for state in _STEPS:
            await tx.execute(
                "UPDATE delivery SET state = $1, outcome_code = $2, settled_at = now()"
                " WHERE recipient_id = $3 AND event_type = $4 AND channel = 'sms'",
                *(state, "DELIVERED" if state == "delivered" else "OK", person, DeclarationApproved.TYPE),
            )
        left = "DELETE FROM delivery WHERE recipient_id = $1 AND event_type = $2 AND channel <> 'sms'"
        await tx.execute(left, person, DeclarationApproved.TYPE)


@pytest.mark.requirement("C6", "V57")
async def test_purged_words_are_said_to_be_purged(serve: Serve, tmp_path: Path) -> None:
    """What notification emptied after its days can not be had any more: the packet names the kind and since when."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock, RETENTION__MESSAGE_DAYS="30")
    await told(year, notification)
    year.clock.advance(timedelta(days=31))
    await purge_contents(notification.deps)
    person = year.service.caller("candidate", id=draft.person.id)
    job_id = await asked(person, draft.id)
    for part in await answer(year, notification):
        await year.service.deliver(part)
    messages, data = await written(year, person, job_id)
    assert {one["body"] for one in messages["notices"]} == {None}
    assert all(one["purged_at"] and one["title"] for one in messages["notices"])
    assert (await verdict(year, data, tmp_path))[0] == []


@pytest.mark.requirement("C6")
async def test_a_notification_that_returns_within_the_limit_is_waited_for(serve: Serve) -> None:
    """It was stopped when it was asked and answers minutes later: the packet waited, and holds the notices."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    person = draft.person.api
    job_id = await asked(person, draft.id)
    year.clock.advance(timedelta(minutes=4, seconds=50))
    assert await waits(year, person, job_id)
    for part in await answer(year, notification):
        await year.service.deliver(part)
        await year.service.deliver(part)
    messages, _ = await written(year, person, job_id)
    assert (messages["state"], len(messages["notices"]) > 0) == ("complete", True)


@pytest.mark.requirement("C6")
async def test_without_the_wait_a_packet_goes_without_its_notices(serve: Serve) -> None:
    """Negative control: the wait forgotten, as if nobody waited for notification: the packet is written before the
    answer, which holds notices, and has none of them."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    person = draft.person.api
    job_id = await asked(person, draft.id)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE export_job SET notices_until = NULL")
    messages, _ = await written(year, person, job_id)
    for part in await answer(year, notification):
        await year.service.deliver(part)
    assert (messages["state"], messages["notices"]) == ("unavailable", [])


@pytest.mark.requirement("C6")
async def test_after_the_limit_a_packet_says_that_notices_are_unavailable(serve: Serve, tmp_path: Path) -> None:
    """Nobody answered: the packet is written, verifies, and names why; an answer that comes then is not kept."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    person = draft.person.api
    job_id = await asked(person, draft.id)
    year.clock.advance(timedelta(minutes=5))
    messages, data = await written(year, person, job_id)
    assert (messages["state"], messages["reason"], messages["notices"]) == ("unavailable", "no_answer", [])
    findings, manifest = await verdict(year, data, tmp_path)
    assert (findings, manifest["notices"]["state"]) == ([], "unavailable")
    for part in await answer(year, notification):
        await year.service.deliver(part)
    assert await kept(year) == 0


@pytest.mark.requirement("C6")
async def test_half_an_answer_is_none(serve: Serve) -> None:
    """More notices than a message may hold come in parts, in whatever order: without one of them the packet waits, and
    says after the limit that the answer is incomplete; with all of them it holds every notice once."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    (template,) = await year.service.published(DeclarationApproved)
    for number in range(60):
        moment = year.clock.now() + timedelta(seconds=number)
        fields = template.model_dump() | {"event_id": new_id(), "occurred_at": moment, "reason_codes": ["period_wrong"]}
        await notification.deliver(DeclarationReturned.model_validate(fields))
    person = draft.person.api
    job_id = await asked(person, draft.id)
    first, second = await answer(year, notification)
    await year.service.deliver(second)
    assert await waits(year, person, job_id)
    year.clock.advance(timedelta(minutes=5))
    messages, _ = await written(year, person, job_id)
    assert (messages["state"], messages["reason"]) == ("unavailable", "answer_incomplete")
    job_id = await asked(person, draft.id)
    first, second = await answer(year, notification)
    await year.service.deliver(second)
    await year.service.deliver(first)
    messages, _ = await written(year, person, job_id)
    assert (messages["state"], len({one["event_id"] for one in messages["notices"]})) == ("complete", 60)


@pytest.mark.requirement("C6")
async def test_a_cancelled_packet_forgets_what_was_answered(serve: Serve) -> None:
    """What lies beside the job goes with it, and what comes afterwards is not kept."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    person = draft.person.api
    job_id = await asked(person, draft.id)
    (part,) = await answer(year, notification)
    await year.service.deliver(part)
    assert await kept(year) == 1
    assert (await person.post(f"/exports/{job_id}/cancellation", version=1)).status == 200
    assert await kept(year) == 0
    await year.service.deliver(part)
    assert await kept(year) == 0


@pytest.mark.requirement("V24")
async def test_notices_of_other_declarations_stay_out(serve: Serve) -> None:
    """Another person's notices about another declaration of the same unit are in no packet of this one."""
    year, draft = await decided(serve)
    notification = await serve("notification", year.clock)
    await told(year, notification)
    (template,) = await year.service.published(DeclarationApproved)
    other = {"event_id": new_id(), "declaration_id": new_id(), "person_id": PersonId(new_id())}
    await notification.deliver(DeclarationApproved.model_validate(template.model_dump() | other))
    point = await overseer(year, "point_admin", year.point_id)
    job_id = await asked(point, draft.id, reason_code="inquiry")
    for part in await answer(year, notification):
        await year.service.deliver(part)
    messages, _ = await written(year, point, job_id)
    assert str(other["event_id"]) not in {one["event_id"] for one in messages["notices"]}
