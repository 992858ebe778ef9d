"""The zone writes the next version of a template, looks at it, and puts it in force."""

from typing import Any, Final

import orjson
import pytest

from tests.integration.declaration.season import together
from tests.integration.notification.copies import another_copy
from tests.integration.notification.test_institution_notices import NAME, Scene
from tests.support.notices import approved
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

REASON: Final = {"reason": "按新的文件修改措辞"}
_AUDIT: Final = "SELECT action, entry FROM audit_entry WHERE subject_id = $1 ORDER BY sequence"


def words(**more: Any) -> dict[str, Any]:
    """A sound next version of `approved`, by every channel that the table uses for it."""
    zh = {"title": "审核通过（新）", "body": "申报 {number} 已由 {institution_name} 审核通过，请留意备案。"}
    en = {"title": "Approved (new)", "body": "Declaration {number} was approved by {institution_name}; filing is next."}
    zh_by = {"email_subject": "申报审核通过", "wechat_fields": {"thing1": "{institution_name}"}}
    en_by = {"email_subject": "Declaration approved", "wechat_fields": {"thing1": "{institution_name}"}}
    return {"zh": zh | zh_by, "en": en | en_by, "sms_code": "SMS_TIRO_APPROVED"} | more


async def opened(zone: Caller, key: str = "approved", **body: Any) -> dict[str, Any]:
    """A draft of a template."""
    answer = await zone.post(f"/templates/{key}/drafts", body)
    assert answer.status == 201, answer.body
    draft: dict[str, Any] = answer.body
    return draft


async def saved(zone: Caller, draft: dict[str, Any], body: dict[str, Any]) -> Answer:
    """Write it anew."""
    return await zone.put(f"/template-drafts/{draft['id']}", body, version=draft["version"])


async def in_force(zone: Caller, draft: dict[str, Any]) -> Answer:
    """Activate it."""
    return await zone.post(f"/template-drafts/{draft['id']}/activation", REASON, version=draft["version"])


async def approve(scene: Scene) -> None:
    """One more approval that is told, by a copy of the service that has just read the table."""
    place = {"institution_id": scene.unit, "institution_name": NAME, "number": "D2027-000123"}
    event = approved(scene.service, scene.people["applicant"], aggregate_version=2, **place)
    await another_copy(scene.service).deliver(event)


async def audited(service: ServiceUnderTest, subject: str) -> list[tuple[str, dict[str, Any]]]:
    """(action, facts) of the trail of one subject."""
    async with service.database.read() as reader:
        rows = await reader.fetch(_AUDIT, subject)
    return [(row["action"], orjson.loads(row["entry"])["facts"]) for row in rows]


@pytest.mark.requirement("P16", "V61")
async def test_a_new_version_is_used_for_new_messages_and_old_ones_stay(serve: Serve) -> None:
    """Draft, save, preview, activate: who was told before still reads what was said then; every step is audited."""
    service = await serve("notification")
    scene, zone = await Scene(service).open(), service.caller("zone_admin")
    await approve(scene)
    draft = await opened(zone)
    assert draft["content"]["zh"]["title"] == "申报审核通过"
    draft = (await saved(zone, draft, words())).body
    preview = (await zone.get(f"/template-drafts/{draft['id']}/preview")).body
    assert "D2027-000123" in preview["zh"]["body"]
    assert "示例省" in preview["en"]["body"]
    assert preview["sms"] == "申报审核通过，详情请打开小程序查看。"
    activated = await in_force(zone, draft)
    assert (activated.status, activated.body["made_version"], activated.body["state"]) == (201, 3, "activated")
    await approve(scene)
    new, old = (await scene.told())["applicant"]
    assert new == f"申报 D2027-000123 已由 {NAME} 审核通过，请留意备案。"
    assert old == f"您的申报 D2027-000123 已由 {NAME} 审核通过。"
    shown = (await zone.get("/templates/approved")).body
    assert [(one["version"], one["reason"]) for one in shown["versions"]] == [
        (3, REASON["reason"]),
        (2, None),
        (1, None),
    ]
    differences = (await zone.get("/templates/approved/versions/3/differences")).body
    changed = ("title", "body", "wechat_fields", "email_body")
    assert differences["fields"] == [f"/{language}/{one}" for language in ("zh", "en") for one in changed]
    trail = await audited(service, draft["id"])
    assert [action.removeprefix("template_draft.") for action, _ in trail] == ["open", "change", "activate"]
    assert (trail[-1][1]["template_version"], trail[-1][1]["why"]) == (3, REASON["reason"])


async def test_going_back_is_a_version_too(serve: Serve) -> None:
    """The version after it says what the one before said."""
    zone = (await serve("notification")).caller("zone_admin")
    draft = (await saved(zone, await opened(zone), words())).body
    assert (await in_force(zone, draft)).status == 201
    back = await in_force(zone, await opened(zone, from_version=2))
    assert back.body["made_version"] == 4
    compared = (await zone.get("/templates/approved/versions/4/differences?against=2")).body
    assert compared["fields"] == []


async def test_a_version_that_no_number_can_be_is_refused(serve: Serve) -> None:
    """Beyond what a version may grow to: named as wrong, not looked for."""
    zone = (await serve("notification")).caller("zone_admin")
    for number in (2**31, 1_000_000):
        assert (await zone.get(f"/templates/approved/versions/1/differences?against={number}")).status == 422
        assert (await zone.post("/templates/approved/drafts", {"from_version": number})).status == 422


async def test_an_old_version_that_events_do_not_feed_any_more_is_shown_as_unsound(serve: Serve) -> None:
    """Copied into a draft it is not filled in but refused by place; mended, it is shown."""
    service = await serve("notification")
    zone = service.caller("zone_admin")
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE message_template SET body = '{gone}' WHERE key = 'approved' AND language = 'zh'")
    draft = await opened(zone, from_version=1)
    refused = await zone.get(f"/template-drafts/{draft['id']}/preview")
    assert (refused.status, refused.code) == (422, "template_unsound")
    assert [one["pointer"] for one in refused.body["errors"]] == ["/zh/body"]
    assert (await saved(zone, draft, words())).status == 200
    assert (await zone.get(f"/template-drafts/{draft['id']}/preview")).status == 200


async def test_what_could_not_be_sent_is_not_saved(serve: Serve) -> None:
    """Each place is named with what to do; the draft stays as it was."""
    zone = (await serve("notification")).caller("zone_admin")
    draft = await opened(zone)
    wrong = words(sms_variables=["code"])
    wrong["zh"]["body"] = "申报 {lines}"
    wrong["en"]["wechat_fields"] = {"thing2": "x" * 21}
    answer = await saved(zone, draft, wrong)
    assert (answer.status, answer.code) == (422, "template_unsound")
    assert {(one["pointer"], one["code"]) for one in answer.body["errors"]} == {
        ("/sms_variables", "sms_variables_refused"),
        ("/wechat_template_id", "wechat_incomplete"),
        ("/zh/body", "placeholder_unknown"),
        ("/en/wechat_fields/thing2", "wechat_field_unfit"),
    }
    without = words()
    del without["en"]
    assert (await saved(zone, draft, without)).status == 422, "both languages are required"
    assert (await zone.get(f"/template-drafts/{draft['id']}")).body == draft


async def test_a_draft_is_one_at_a_time_and_ends_once(serve: Serve) -> None:
    """A second one, a stale one, one that changes nothing, and one that was discarded are refused by name."""
    zone = (await serve("notification")).caller("zone_admin")
    draft = await opened(zone)
    assert (await zone.post("/templates/approved/drafts", {})).code == "template_draft_exists"
    assert (await in_force(zone, draft)).code == "template_draft_unchanged"
    later = (await saved(zone, draft, words())).body
    assert (await saved(zone, draft, words())).code == "stale_version"
    gone = await zone.post(f"/template-drafts/{draft['id']}/discard", version=later["version"])
    assert gone.body["state"] == "discarded"
    assert (await in_force(zone, gone.body)).code == "template_draft_closed"
    assert (await saved(zone, gone.body, words())).code == "template_draft_closed"
    assert (await zone.post("/templates/nobody/drafts", {})).code == "template_not_found"
    assert (await opened(zone))["base_version"] == 2


async def test_a_channel_in_use_can_not_be_written_away(serve: Serve) -> None:
    """The rule table sends approvals by SMS: a version without one is refused until the rule is switched off."""
    zone = (await serve("notification")).caller("zone_admin")
    draft = (await saved(zone, await opened(zone), words(sms_code=None))).body
    assert (await in_force(zone, draft)).code == "template_channel_in_use"
    (rule,) = (await zone.get("/notification-rules?event=declaration.approved.v1")).body["items"]
    body = REASON | {"channels": ["in_app"]}
    assert (await zone.put(f"/notification-rules/{rule['id']}", body, version=1)).status == 200
    assert (await in_force(zone, draft)).status == 201


async def test_activated_by_two_at_once_it_becomes_one_version(serve: Serve) -> None:
    """One is told that the draft moved on; there is one further version."""
    service = await serve("notification")
    zone = service.caller("zone_admin")
    draft = (await saved(zone, await opened(zone), words())).body
    answers = await together(*(in_force(zone, draft) for _ in range(4)))
    assert sorted(one.status for one in answers) == [201, 409, 409, 409]
    async with service.database.read() as reader:
        count = await reader.fetchval("SELECT count(*) FROM message_template WHERE key = 'approved' AND version > 2")
    assert count == 2


async def test_the_list_pages_filters_and_searches(serve: Serve) -> None:
    """By key; by event with and without its case, by channel, by open drafts, by words in either language."""
    zone = (await serve("notification")).caller("zone_admin")
    keys: list[str] = []
    cursor = ""
    while True:
        page = (await zone.get(f"/templates?limit=40{cursor}")).body
        keys += [one["key"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert keys == sorted(set(keys))
    assert len(keys) > 80

    async def found(query: str) -> list[str]:
        return [one["key"] for one in (await zone.get(f"/templates?limit=100&{query}")).body["items"]]

    assert await found("event=declaration.list_submitted.v1") == ["cancellation_submitted", "list_submitted"]
    assert await found("event=declaration.list_submitted.v1:cancellation") == ["cancellation_submitted"]
    assert "submitted" not in await found("channel=sms")
    assert {"approved", "person_verified"} <= set(await found("channel=wechat"))
    assert not {"submitted", "new_device"} & set(await found("channel=wechat"))
    assert await found("state=draft") == []
    await opened(zone)
    assert await found("state=draft") == ["approved"]
    assert "approved" not in await found("state=in_force")
    assert await found("q=FACTOR%20RESET") == ["staff_reset"]
    assert await found("q=%E5%8A%A8%E6%80%81%E5%8F%A3%E4%BB%A4%E5%B7%B2%E9%87%8D%E7%BD%AE") == ["staff_reset"]
    assert await found("q=%25") == []
