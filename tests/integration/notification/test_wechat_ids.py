"""Naming the id that templates go under at WeChat: for all with the same fields at once, and what happens without."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from services.notification.storage import rules, templates
from tests.integration.notification.copies import another_copy
from tests.integration.notification.test_rule_table import Cast, fetch
from tests.integration.notification.test_rules import _BLOCKED, rule
from tests.integration.notification.test_templates import audited, in_force, opened
from tests.integration.notification.test_written_channels import ID, REASON, brought
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

__all__ = ["brought"]

_FILE: Final = Path("services/notification/migrations/0071_insert_wechat_and_letters.sql")
_BEFORE: Final = (
    "DELETE FROM message_template WHERE email_body IS NOT NULL",
    "UPDATE notification_rule SET wechat = false, email = false WHERE audience = 'candidate'",
    "UPDATE notification_rule SET version = 2 WHERE event_type = 'declaration.filed.v1'",
    """INSERT INTO message_template (key, language, version, title, body, sms_code)
       SELECT key, language, 2, '本区标题', '本区正文', sms_code FROM message_template WHERE key = 'approved'""",
    """INSERT INTO message_template (key, language, version, title, body, sms_code, wechat_template_id, wechat_fields,
                                     email_subject)
       SELECT key, language, 2, title, body, sms_code, 'wx_of_the_zone', '{"thing7": "本区"}', '本区主题'
       FROM message_template WHERE key = 'returned'""",
)


@pytest.mark.requirement("A5", "P16")
async def test_without_an_id_the_text_goes_and_the_table_says_so(serve: Serve) -> None:
    """Nothing by WeChat and the text at once, and the row shows that it waits; with the id the notice stands before the
    text. The names that the fields have there come with it, every step is a version with its reason, and a draft begun
    before starts again. Control: taken away again, the text goes again."""
    service = await serve("notification")
    zone, scene = service.caller("zone_admin"), await Cast(service).enter()
    key = "declaration.approved.v1"

    async def sent() -> dict[str, str]:
        event = scene.event(key)
        await another_copy(service).deliver(event)
        found = await fetch(service, "SELECT channel, state FROM delivery WHERE event_id = $1", event.event_id)
        return {row["channel"]: row["state"] for row in found}

    assert (await rule(zone, key))["waiting"] == ["wechat"]
    assert await sent() == {"sms": "pending", "email": "pending"}
    draft = await opened(zone)
    names = {"character_string1": "character_string9", "thing2": "thing5", "phrase3": "phrase3", "thing4": "thing2"}
    body = {"fields": names, "template_id": ID, "reason": REASON}
    changed = (await zone.put("/wechat-templates", body)).body
    assert (changed["fields"], changed["template_id"]) == (sorted(names.values()), ID)
    assert {"approved", "returned", "filed"} <= set(changed["templates"])
    assert (await rule(zone, key))["waiting"] == []
    assert (await rule(zone, "declaration.draft_reminded.v1"))["waiting"] == ["wechat"]
    assert await sent() == {"wechat": "pending", "sms": "reserve", "email": "pending"}
    shown = (await zone.get("/templates/approved")).body
    assert shown["content"]["zh"]["wechat_fields"] == {
        "character_string9": "{number}",
        "thing5": "{institution_name}",
        "phrase3": "审核通过",
        "thing2": "请等待单位考核和备案",
    }
    assert [(one["version"], one["reason"]) for one in shown["versions"]] == [(3, REASON), (2, None), (1, None)]
    assert (await in_force(zone, draft)).code == "template_moved_on"
    async with service.database.read() as reader:
        made = await reader.fetchval(
            "SELECT id FROM template_draft WHERE template_key = 'approved' AND made_version = 3"
        )
    ((action, facts),) = await audited(service, str(made))
    assert (action, facts["why"], facts["template"]) == ("template_draft.activate", REASON, "approved")
    gone = {"fields": {name: name for name in names.values()}, "template_id": None, "reason": REASON}
    assert (await zone.put("/wechat-templates", gone)).status == 200
    assert (await rule(zone, key))["waiting"] == ["wechat"]
    assert await sent() == {"sms": "pending", "email": "pending"}


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"thing1": "thing1"}, 404, "wechat_fields_unused"),
        ({"thing1": "thing1", "phrase2": "thing1", "thing3": "thing3"}, 422, "wechat_fields_collide"),
        ({"thing1": "phrase9", "phrase2": "phrase2", "thing3": "thing3"}, 422, "template_unsound"),
        ({"thing1": "name1", "phrase2": "phrase2", "thing3": "thing3"}, 422, "template_unsound"),
    ],
)
async def test_an_id_that_does_not_fit_changes_nothing(
    brought: ServiceUnderTest, fields: dict[str, str], status: int, code: str
) -> None:
    """Fields nobody fills, two that become one, a kind that the words do not fit, and one for personal data."""
    before = await fetch(brought, "SELECT count(*) AS count FROM message_template")
    body = {"fields": fields, "template_id": ID, "reason": REASON}
    answer = await brought.caller("zone_admin").put("/wechat-templates", body)
    assert (answer.status, answer.code) == (status, code)
    assert await fetch(brought, "SELECT count(*) AS count FROM message_template") == before
    assert (await brought.caller("auditor").put("/wechat-templates", body)).status == 403


async def overtaken(service: ServiceUnderTest) -> tuple[int, int, str]:
    """Somebody puts a version in force while somebody else names the id: what the second is answered, and the version
    in force afterwards with its title."""
    zone, fields = service.caller("zone_admin"), ["character_string1", "thing2", "phrase3", "thing4"]
    body = {"fields": {name: name for name in fields}, "template_id": ID, "reason": REASON}

    async def met() -> bool:
        async with service.database.read() as reader:
            return second.done() or bool(await reader.fetchval(_BLOCKED, service.database_name))

    async with service.database.transaction() as tx:
        await rules.lock_of_template(tx, "approved")
        version, content = await templates.select_content(tx, "approved")
        moved = replace(content, zh=replace(content.zh, title="新的标题"))
        await templates.insert_version(tx, "approved", version + 1, moved)
        second = asyncio.create_task(zone.put("/wechat-templates", body))
        await wait_until(met, what="the second is done, or waits for the first")
    answer = await second
    shown = (await zone.get("/templates/approved")).body
    return answer.status, shown["version"], shown["content"]["zh"]["title"]


async def test_who_changes_a_template_at_the_same_moment_is_waited_for(serve: Serve) -> None:
    """The id comes on top of what was put in force meanwhile, whose words stay."""
    assert await overtaken(await serve("notification")) == (200, 4, "新的标题")


async def test_without_the_lock_both_write_the_same_version(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who does not hold the rules runs into the key of the table."""
    monkeypatch.setattr(rules, "_LOCK_OF_TEMPLATE", rules._LOCK_OF_TEMPLATE.replace("FOR UPDATE", ""))
    status, version, _ = await overtaken(await serve("notification"))
    assert (status >= 500, version) == (True, 3)


async def test_what_the_zone_has_written_and_switched_stays(serve: Serve) -> None:
    """Brought to a zone that has versions of its own: its words in the app go on in the letter, what it said by WeChat
    and e-mail stays as it is, and so does a row that it has switched. Control: its other rows are on."""
    service = await serve("notification")
    brings = [one for one in _FILE.read_text(encoding="utf-8").split(";\n") if "INSERT INTO" in one or "UPDATE" in one]
    async with service.database.transaction() as tx:
        for statement in (*_BEFORE, *brings):
            await tx.execute(statement)
        versions = {key: await templates.select_content(tx, key) for key in ("approved", "returned", "filed")}
    assert {key: version for key, (version, _) in versions.items()} == {"approved": 3, "returned": 3, "filed": 2}
    approved, returned = versions["approved"][1], versions["returned"][1]
    assert (approved.zh.title, approved.zh.body, approved.zh.email_subject) == ("本区标题", "本区正文", "本区标题")
    assert (approved.zh.email_body or "").startswith("本区正文\n下一步由单位考核")
    assert (returned.wechat_template_id, returned.zh.wechat_fields) == ("wx_of_the_zone", {"thing7": "本区"})
    assert (returned.zh.email_subject, returned.zh.email_body) == ("本区主题", None)
    zone = service.caller("zone_admin")
    assert (await rule(zone, "declaration.filed.v1"))["channels"] == ["in_app", "sms"]
    assert (await rule(zone, "declaration.returned.v1"))["channels"] == ["in_app", "sms", "wechat", "email"]
    assert (await rule(zone, "declaration.returned.v1"))["waiting"] == []
