"""Closing an account reaches everything that was added to it: WeChat, devices, requests, choices, sessions (V58)."""

import json
from datetime import timedelta

import pytest

from shared.contracts.identity import MergeDecided, SessionEnded
from tests.integration.identity.people import PHONE, log_in, resident_number, some_morning, wechat_log_in, with_token
from tests.integration.identity.test_credentials import link_wechat
from tests.integration.identity.test_exempt_channel import military
from tests.integration.identity.test_merging import ask_to_link, decide, only_request, two_accounts
from tests.integration.identity.test_own_data import fetched, rows_about
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Serve


@pytest.mark.requirement("V58", "V17")
async def test_closing_ends_every_session_everywhere_and_forgets_every_way_in(serve: Serve) -> None:
    """What still stands is settled first: a choice of another channel is taken back, a request to merge decided. Then
    both sessions are told to the others and refused at once; WeChat account, devices, requests, choices and counted
    starts are gone, and the WeChat account may begin anew."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, mine = await two_accounts(service)
        caller, elsewhere = with_token(service, mine), with_token(service, (await wechat_log_in(service)).body)
        assert (await ask_to_link(service, caller)).body["outcome"] == "merge_pending"
        assert (await caller.post("/exempt-channel", military())).status == 200
        assert (await caller.post("/me/closure")).code == "exempt_choice_stands"
        assert (await caller.post("/exempt-channel/withdrawal")).status == 200
        assert (await caller.post("/me/closure")).code == "merge_pending"
        reviewer = service.caller("identity_reviewer")
        request = await only_request(reviewer)
        assert (await decide(reviewer, request, "rejection", reason_code="not_same_person")).status == 200
        assert (await caller.post("/me/closure")).status == 204
        ended = [(e.reason, str(e.subject_id)) for e in await service.published(SessionEnded)]
        assert ended.count(("account_closed", mine["person_id"])) == 2
        await service.ended.refresh()
        assert [(await one.get("/sessions")).status for one in (caller, elsewhere)] == [401, 401]
        assert await rows_about(service, mine["person_id"]) == {"person": 1}
        async with service.database.read() as reader:
            assert await reader.fetchval("SELECT count(*) FROM proofing_guard WHERE kind = 'person'") == 0
        assert (await wechat_log_in(service)).body["person_id"] != mine["person_id"]


@pytest.mark.requirement("V58", "A5")
async def test_who_is_named_by_a_waiting_request_can_not_close_yet(serve: Serve) -> None:
    """The other side of a request to merge stays until a reviewer has decided it."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        other = (await log_in(service)).body
        mine = (await wechat_log_in(service)).body
        service.clock.advance(timedelta(minutes=2))
        assert (await ask_to_link(service, with_token(service, mine))).body["outcome"] == "merge_pending"
        assert (await with_token(service, other).post("/me/closure")).code == "merge_pending"
        assert (await with_token(service, other).get("/me")).status == 200


@pytest.mark.requirement("A5", "A17")
async def test_a_choice_of_another_channel_is_never_lost_by_a_merge(serve: Serve) -> None:
    """An account with a standing choice is not the one that is given up; nothing is decided, and the choice stands."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        _, mine = await two_accounts(service)
        caller = with_token(service, mine)
        assert (await caller.post("/exempt-channel", military())).status == 200
        assert (await ask_to_link(service, caller)).code == "both_proven"
        assert (await caller.get("/exempt-channel")).body["chosen"] == "military"
        assert await service.published(MergeDecided) == []


@pytest.mark.requirement("V59", "V55")
async def test_a_copy_shows_ways_to_log_in_masked(serve: Serve) -> None:
    """WeChat account, requests, devices and choices are in the copy; what logs somebody in is there by its end only,
    and the account of the other side is not."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        other, mine = await two_accounts(service)
        caller = with_token(service, mine)
        await ask_to_link(service, caller)
        assert (await caller.post("/exempt-channel", military())).status == 200
        assert (await link_wechat(caller, "second")).body["outcome"] == "linked"
        content, _ = await fetched(service, caller)
        data, text = content["data"], json.dumps(content, ensure_ascii=False)
        assert len(data["wechat_credential"]) == 2
        shown = [row["openid_sealed"] for row in data["wechat_credential"]]
        assert [(one[0], len(one)) for one in shown] == [("…", 5)] * 2
        (request,) = data["merge_request"]
        assert (request["proof_sealed"], request["grounds"], request["state"]) == ("…" + PHONE[-4:], "phone", "pending")
        assert (data["exempt_choice"][0]["kind"], len(data["known_device"])) == ("military", 1)
        for foreign in (other["person_id"], PHONE, resident_number(1)):
            assert foreign not in text
