"""The zone reads the rule table and switches channels within limits; what is off is not sent."""

import asyncio
from typing import Any, Final
from uuid import UUID

import pytest

from services.notification.domain.template_errors import ChannelUnwritten
from services.notification.storage import rules
from services.notification.use_cases.rules.switch_channels import switch_channels
from services.notification.use_cases.templates.activate_template_draft import activate_template_draft
from shared.actor import Actor
from shared.ids import new_id
from tests.integration.declaration.season import together
from tests.integration.notification.test_institution_notices import Scene
from tests.integration.notification.test_staff_notices import texted
from tests.integration.notification.test_templates import approve, audited, in_force, opened, saved, words
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest
from tests.support.waiting import wait_until

REASON: Final = "按考区要求调整"
_BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'"


async def rule(zone: Caller, event: str, audience: str = "candidate") -> dict[str, Any]:
    """One row by its key."""
    found = (await zone.get(f"/notification-rules?event={event}&audience={audience}")).body["items"]
    (row,) = (one for one in found if one["event"] == event)
    return dict(row)


async def switch(zone: Caller, row: dict[str, Any], *channels: str, reason: str = REASON) -> Answer:
    """Ask for these channels."""
    body = {"channels": list(channels), "reason": reason}
    return await zone.put(f"/notification-rules/{row['id']}", body, version=row["version"])


@pytest.mark.requirement("V61")
async def test_a_channel_that_is_off_is_not_used_and_one_that_is_on_is(serve: Serve) -> None:
    """Off: in the app alone; on again: by SMS too. Each change is a version with its reason, and audited."""
    service = await serve("notification")
    scene, zone = await Scene(service).open(), service.caller("zone_admin")
    row = await rule(zone, "declaration.approved.v1")
    off = (await switch(zone, row, "in_app")).body
    assert (off["channels"], off["version"]) == (["in_app"], 2)
    await approve(scene)
    assert (len((await scene.told())["applicant"]), await texted(service)) == (1, [])
    on = (await switch(zone, off, "in_app", "sms")).body
    as_it_came = ["in_app", "sms", "wechat", "email"]
    await approve(scene)
    assert (len((await scene.told())["applicant"]), len(await texted(service))) == (2, 1)
    shown = (await zone.get(f"/notification-rules/{row['id']}")).body
    changes = [(one["version"], one["channels_before"], one["channels_after"]) for one in shown["changes"]]
    assert changes == [(3, ["in_app"], ["in_app", "sms"]), (2, as_it_came, ["in_app"])]
    assert {one["reason"] for one in shown["changes"]} == {REASON}
    trail = await audited(service, row["id"])
    assert [(action, facts["rule_version"]) for action, facts in trail] == [
        ("notification_rule.switch", 2),
        ("notification_rule.switch", on["version"]),
    ]


@pytest.mark.requirement("M10", "V9")
@pytest.mark.parametrize(
    ("event", "audience", "channels", "code"),
    [
        ("declaration.approved.v1", "candidate", ["sms"], "rule_in_app_stays"),
        ("declaration.approved.v1", "candidate", [], "rule_in_app_stays"),
        ("declaration.approved.v1", "candidate", ["in_app", "sms", "wechat", "email"], "rule_unchanged"),
        ("institution.binding_changed.v1:active", "candidate", ["in_app", "sms"], "rule_channel_unwritten"),
        ("declaration.submitted.v1", "institution_admins", ["in_app", "sms"], "rule_channel_unwritten"),
        ("identity.staff_changed.v1:disable", "staff_self", [], "rule_silent"),
        ("identity.login_code_issued.v1", "phone", ["in_app", "sms"], "rule_phone_only"),
        ("identity.staff_invited.v1", "phone", [], "rule_phone_only"),
        ("identity.phone_changed.v1", "phone", ["sms", "email"], "rule_phone_only"),
    ],
)
async def test_the_limits_of_the_table_hold(
    serve: Serve, event: str, audience: str, channels: list[str], code: str
) -> None:
    """In-app messages stay on, codes stay on the phone, nobody is left untold, nothing is sent that says nothing."""
    zone = (await serve("notification")).caller("zone_admin")
    row = await rule(zone, event, audience)
    answer = await switch(zone, row, *channels)
    assert (answer.status, answer.code) == (409, code)
    assert await rule(zone, event, audience) == row


async def written(zone: Caller, key: str, field: str, subject: str) -> None:
    """What a template says now, by WeChat and e-mail too."""
    draft = await opened(zone, key)
    body = draft["content"] | {"wechat_template_id": "wx_template_0001"}
    for language in ("zh", "en"):
        body[language] |= {"wechat_fields": {"thing1": field}, "email_subject": subject}
    answer = await saved(zone, draft, body)
    assert answer.status == 200, answer.body
    assert (await in_force(zone, answer.body)).status == 201


@pytest.mark.requirement("M10", "V9")
@pytest.mark.parametrize(
    ("event", "audience", "channels", "code"),
    [
        ("declaration.submitted.v1", "institution_admins", ["in_app", "wechat"], "rule_wechat_for_candidates"),
        ("declaration.submitted.v1", "institution_admins", ["in_app", "email"], "rule_email_for_candidates"),
        ("identity.staff_changed.v1:disable", "staff_self", ["sms", "email"], "rule_email_for_candidates"),
        ("identity.new_device_seen.v1:person", "candidate", ["in_app", "wechat"], "rule_account_by_text"),
        ("identity.person_revoked.v1", "candidate", ["in_app", "sms", "wechat"], "rule_account_by_text"),
        ("identity.person_verified.v1", "candidate", ["in_app", "sms", "email"], "rule_account_by_text"),
        ("notification.number_unreachable.v1", "candidate", ["in_app", "wechat"], "rule_in_app_alone"),
        ("notification.number_unreachable.v1", "candidate", ["in_app", "email"], "rule_in_app_alone"),
    ],
)
async def test_a_channel_that_is_never_used_stays_off(
    serve: Serve, event: str, audience: str, channels: list[str], code: str
) -> None:
    """However well the template is written: what is not sent that way is not promised. WeChat may be somebody else's
    after a takeover, e-mail goes to persons who chose it, and nobody has a say in notices about the account."""
    zone = (await serve("notification")).caller("zone_admin")
    row = await rule(zone, event, audience)
    await written(zone, row["template_key"], "请打开小程序", "通知")
    answer = await switch(zone, row, *channels)
    assert (answer.status, answer.code) == (409, code)
    assert await rule(zone, event, audience) == row | {"waiting": []}


async def test_a_channel_can_be_switched_on_once_it_is_written(serve: Serve) -> None:
    """WeChat and e-mail, off and on again."""
    zone = (await serve("notification")).caller("zone_admin")
    await written(zone, "approved", "{institution_name}", "{number}")
    row = (await switch(zone, await rule(zone, "declaration.approved.v1"), "in_app", "sms")).body
    changed = await switch(zone, row, "in_app", "sms", "wechat", "email")
    assert changed.body["channels"] == ["in_app", "sms", "wechat", "email"]
    assert [
        one["template_key"]
        for one in (await zone.get("/notification-rules?channel=wechat&q=approved.v1")).body["items"]
    ] == ["approved"]


async def test_two_who_switch_at_once_do_not_overwrite_each_other(serve: Serve) -> None:
    """One is told that the rule changed meanwhile; a reason is required."""
    zone = (await serve("notification")).caller("zone_admin")
    row = await rule(zone, "declaration.approved.v1")
    assert (await switch(zone, row, "in_app", reason="")).status == 422
    answers = await together(*(switch(zone, row, "in_app") for _ in range(3)))
    assert sorted((one.status, one.code) for one in answers) == [
        (200, ""),
        (409, "stale_version"),
        (409, "stale_version"),
    ]


async def test_the_table_pages_filters_and_searches(serve: Serve) -> None:
    """In order of event and audience; every row once."""
    zone = (await serve("notification")).caller("auditor")
    keys: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = (await zone.get(f"/notification-rules?limit=50{cursor}")).body
        keys += [(one["event"], one["audience"]) for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert keys == sorted(set(keys))
    assert len(keys) > 100
    found = (await zone.get("/notification-rules?q=Ownership&channel=sms&audience=to_staff")).body["items"]
    assert {one["template_key"] for one in found} == {
        "ownership_proposed",
        "ownership_confirmed",
        "ownership_cancelled",
        "ownership_rejected",
    }


async def crossing(service: ServiceUnderTest) -> tuple[str, list[str]]:
    """Somebody activates a version without SMS while somebody else switches SMS on: what became of the second, and the
    channels of the rule afterwards."""
    zone, actor = service.caller("zone_admin"), Actor("staff", new_id(), "zone_admin", None, new_id(), None)
    off = (await switch(zone, await rule(zone, "declaration.approved.v1"), "in_app")).body
    draft = (await saved(zone, await opened(zone), words(sms_code=None))).body
    now = service.clock.now()

    async def switch_on() -> str:
        try:
            async with service.database.transaction() as tx:
                wanted = {"in_app", "sms"}
                await switch_channels(tx, UUID(off["id"]), wanted, REASON, expected_version=2, actor=actor, now=now)
        except ChannelUnwritten as error:
            return error.code
        return "switched"

    async def met() -> bool:
        async with service.database.read() as reader:
            return second.done() or bool(await reader.fetchval(_BLOCKED, service.database_name))

    async with service.database.transaction() as tx:
        await activate_template_draft(
            tx, UUID(draft["id"]), REASON, expected_version=draft["version"], actor=actor, now=now
        )
        second = asyncio.create_task(switch_on())
        await wait_until(met, what="the second is done, or waits for the first")
    outcome = await second
    return outcome, (await rule(zone, "declaration.approved.v1"))["channels"]


async def test_no_channel_is_switched_on_that_is_written_away_meanwhile(serve: Serve) -> None:
    """The second waits for the first and is refused: nothing would be sent without a text."""
    assert await crossing(await serve("notification")) == ("rule_channel_unwritten", ["in_app"])


async def test_without_the_lock_a_rule_sends_what_nothing_says(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an activation that does not hold its rules lets the other in between."""
    unheld = rules._LOCK_OF_TEMPLATE.replace("FOR UPDATE", "")
    assert unheld != rules._LOCK_OF_TEMPLATE
    monkeypatch.setattr(rules, "_LOCK_OF_TEMPLATE", unheld)
    assert await crossing(await serve("notification")) == ("switched", ["in_app", "sms"])
