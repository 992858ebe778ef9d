"""What a person chooses about channels, and the consents the mini program reports."""

from shared.contracts.identity import CredentialChanged
from shared.ids import PersonId, new_id
from tests.integration.notification.sms_providers import approval
from tests.integration.notification.test_rules import rule, switch
from tests.integration.notification.test_templates import in_force, opened, saved, words
from tests.integration.notification.wechat_channel import TEMPLATE, channels
from tests.support.service_under_test import Serve


async def test_warnings_go_to_the_phone_at_once(serve: Serve) -> None:
    """A thief may have linked a WeChat of his own: what warns of him does not wait for it, whatever is chosen."""
    box = await channels(serve)
    person = await box.person(consented=1)
    linked = CredentialChanged(
        occurred_at=box.service.clock.now(), aggregate_version=2, person_id=person, kind="wechat", change="linked"
    )
    await box.service.deliver(linked)
    assert await box.states(person) == {"sms": "pending"}


async def test_a_person_chooses_channels_and_the_inbox_stays(serve: Serve) -> None:
    """Without texts and WeChat, with e-mail: one letter; what was chosen for another category changes nothing."""
    box = await channels(serve)
    person = await box.person(consented=1, email="li@example.invalid")
    caller = box.service.caller("candidate", id=person)
    body = {"category": "declaration", "wechat": False, "sms": False, "email": True}
    other = {"category": "filing", "wechat": True, "sms": False, "email": False}
    assert (await caller.put("/channel-preferences", body)).status == 200
    assert (await caller.put("/channel-preferences", other)).status == 200
    await approval(box.service, person)
    assert await box.states(person) == {"email": "pending"}
    assert len(await box.rows("SELECT 1 FROM message WHERE recipient_id = $1", person)) == 1
    shown = (await caller.get("/channel-preferences")).body["preferences"]
    chosen = next(one for one in shown if one["category"] == "declaration")
    assert chosen == {**body, "changeable": True}
    unasked = next(one for one in shown if one["category"] == "binding")
    assert (unasked["wechat"], unasked["sms"], unasked["email"]) == (True, True, False)


async def test_security_notices_are_nobodys_choice(serve: Serve) -> None:
    """The category of the account is refused with what to do instead, and shown as fixed."""
    box = await channels(serve)
    caller = box.service.caller("candidate")
    body = {"category": "account", "wechat": False, "sms": False, "email": False}
    refused = await caller.put("/channel-preferences", body)
    assert (refused.status, refused.code) == (422, "channel_not_a_choice")
    shown = (await caller.get("/channel-preferences")).body["preferences"]
    assert [one["category"] for one in shown if not one["changeable"]] == ["account"]


async def test_consents_are_reported_by_the_mini_program(serve: Serve) -> None:
    """An accepted template counts one, also when the report is repeated under its key; a refused one counts nothing, an
    unknown one is an error, and others' consents are not shown."""
    box = await channels(serve)
    person = PersonId(new_id())
    caller = box.service.caller("candidate", id=person)
    accepted = {"answers": [{"template_id": TEMPLATE, "answer": "accept"}]}
    for _ in range(2):
        told = await caller.post("/wechat-consents", accepted, key="8d0f9bb0-8d7c-4e4f-9d5c-000000000001")
        assert told.body == {"consents": [{"template_id": TEMPLATE, "remaining": 1}]}
    await caller.post("/wechat-consents", {"answers": [{"template_id": TEMPLATE, "answer": "reject"}]})
    assert await box.left(person) == 1
    unknown = await caller.post("/wechat-consents", {"answers": [{"template_id": "tmpl-old", "answer": "accept"}]})
    assert (unknown.status, unknown.code) == (422, "wechat_template_unknown")
    other = await box.service.caller("candidate").get("/wechat-consents")
    assert other.body == {"consents": [{"template_id": TEMPLATE, "remaining": 0}]}


async def test_only_templates_that_notices_go_by_are_asked_for(serve: Serve) -> None:
    """A new version takes its predecessor's template off the list, and a rule without WeChat takes its own: nobody is
    asked for a consent that is never used. Control: switched on again it is asked for again."""
    box = await channels(serve)
    async with box.service.database.transaction() as tx:
        await tx.execute("UPDATE message_template SET wechat_template_id = NULL WHERE key <> 'approved'")
    zone, caller = box.service.caller("zone_admin"), box.service.caller("candidate", id=PersonId(new_id()))

    async def asked_for() -> list[str]:
        return [one["template_id"] for one in (await caller.get("/wechat-consents")).body["consents"]]

    async def accept(template_id: str) -> tuple[int, str | None]:
        given = {"answers": [{"template_id": template_id, "answer": "accept"}]}
        answer = await caller.post("/wechat-consents", given)
        return answer.status, answer.code

    assert await asked_for() == [TEMPLATE]
    body = words(wechat_template_id="tmpl-approved-2")
    for language in ("zh", "en"):
        body[language] |= {"email_subject": "申报结果", "wechat_fields": {"thing1": "{institution_name}"}}
    draft = await saved(zone, await opened(zone), body)
    assert (await in_force(zone, draft.body)).status == 201
    assert await asked_for() == ["tmpl-approved-2"]
    assert await accept(TEMPLATE) == (422, "wechat_template_unknown")
    assert (await accept("tmpl-approved-2"))[0] == 200
    row = await rule(zone, "declaration.approved.v1")
    row = (await switch(zone, row, "in_app", "sms")).body
    assert await asked_for() == []
    assert await accept("tmpl-approved-2") == (422, "wechat_template_unknown")
    assert (await switch(zone, row, "in_app", "sms", "wechat")).status == 200
    assert await asked_for() == ["tmpl-approved-2"]
