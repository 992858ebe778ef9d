"""Who reads what of reminders: unfinished declarations, and invitations that end (A36, 4.8)."""

from datetime import datetime

import pytest

from shared.clock import SHANGHAI
from shared.contracts.declaration import DraftReminded
from shared.contracts.identity_staff import StaffInvitationEnding
from shared.ids import StaffId, new_id
from tests.integration.notification.test_institution_notices import NAME, Scene
from tests.integration.notification.test_staff_notices import account, inbox, texted
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A36")
@pytest.mark.parametrize(
    ("more", "parts"),
    [
        ({"sections": ["education", "documents"]}, ("尚未提交", "学历信息、证明材料", "2026-12-29 24:00")),
        ({"sections": []}, ("尚缺：无，内容已齐全，请直接提交",)),
        ({"blocked_by": "binding_required"}, ("尚缺：绑定工作单位",)),
        ({"blocked_by": "unreadable"}, ("尚缺：请登录查看",)),
        ({"again": True, "ends_at": datetime(2027, 1, 5, 18, tzinfo=SHANGHAI)}, ("重新提交", "2027-01-05 18:00")),
    ],
)
async def test_the_candidate_reads_what_is_missing_and_until_when(
    serve: Serve, more: dict[str, object], parts: tuple[str, ...]
) -> None:
    """In the app and by SMS, once however often it is delivered."""
    scene = await Scene(await serve("notification")).open()
    event = {
        "occurred_at": scene.service.clock.now(),
        "aggregate_version": 2,
        "declaration_id": new_id(),
        "person_id": scene.people["applicant"],
        "institution_id": scene.unit,
        "institution_name": NAME,
        "cycle_year": 2027,
        "number": "",
        "again": False,
        "ends_at": datetime(2026, 12, 30, tzinfo=SHANGHAI),
        "step": 3,
        "days": 3,
        **more,
    }
    reminded = DraftReminded.model_validate(event)
    for _ in range(2):
        await scene.service.deliver(reminded)
    told = await scene.told()
    (body,) = told["applicant"]
    assert all(part in body for part in parts), body
    assert [name for name, bodies in told.items() if bodies] == ["applicant"]
    assert [recipient for recipient, _, _ in await texted(scene.service)] == [scene.people["applicant"]]


@pytest.mark.requirement("V12")
async def test_inviter_and_invited_hear_of_an_invitation_that_ends(serve: Serve) -> None:
    """Who invited reads how to send it again and gets a text, the invited a text alone; where nobody who invited is
    left, the exam body above reads it."""
    service = await serve("notification")
    scene = await Scene(service).open()
    inviter, invited = StaffId(new_id()), StaffId(new_id())
    await service.deliver(account(service, inviter, "19900000081"))
    await service.deliver(account(service, invited, "19900000082", state="invited"))
    event = {
        "occurred_at": service.clock.now(),
        "aggregate_version": 1,
        "staff_id": invited,
        "scope_id": scene.unit,
        "institution_name": NAME,
        "from_staff_id": inviter,
        "filing_body_id": None,
        "ends_at": datetime(2026, 12, 3, 9, 30, tzinfo=SHANGHAI),
        "step": 1,
        "days": 1,
    }
    for _ in range(2):
        await service.deliver(StaffInvitationEnding.model_validate(event | {"event_id": scene.unit}))
    ((title, body),) = await inbox(service, inviter)
    assert title == "账号邀请即将到期"
    assert all(part in body for part in (NAME, "2026-12-03 09:30", "重新发送邀请"))
    assert await inbox(service, invited) == []
    assert sorted(await texted(service), key=lambda text: text[2]) == [
        (inviter, "invitation_unanswered", "19900000081"),
        (invited, "invitation_ending", "19900000082"),
    ]
    above = event | {"from_staff_id": None, "filing_body_id": scene.filing_body}
    await service.deliver(StaffInvitationEnding.model_validate(above))
    assert [NAME in body for body in (await scene.told())["body"]] == [True]
