"""A new password that others would try first is refused with a sentence, and the invitation stays good (V13)."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.identity.people import PASSWORD, PHONE, accept, invitation_secret, request_staff, some_morning
from tests.support.service_under_test import Answer, Serve
from tests.unit.identity.test_breached_passwords import built


def reasons(answer: Answer) -> Any:
    """Why the password is refused."""
    assert (answer.status, answer.code) == (422, "password_too_weak"), answer.body
    return [(problem["pointer"], problem["code"]) for problem in answer.body["errors"]]


@pytest.mark.requirement("V13")
async def test_a_leaked_password_is_refused_until_another_list_is_in_place(serve: Serve, tmp_path: Path) -> None:
    """On the list it is refused in words, off the list it is accepted, without a restart in between."""
    file = built(tmp_path, (PASSWORD,))
    service = await serve("identity", some_morning(), STAFF__BREACHED_FILE=str(file))
    await request_staff(service, "institution_owner")
    secret = await invitation_secret(service)
    refused = await accept(service, secret)
    assert reasons(refused) == [("/password", "breached")]
    assert "泄露" in str(refused.body["errors"])
    assert PASSWORD not in str(refused.body)
    built(tmp_path, ("Another-leaked-one-7",))
    assert (await accept(service, secret)).status == 200


@pytest.mark.requirement("V13")
async def test_control_without_a_list_the_same_password_is_accepted(serve: Serve) -> None:
    """The negative control: nothing but the list refuses it."""
    service = await serve("identity", some_morning())
    await request_staff(service, "institution_owner")
    assert (await accept(service, await invitation_secret(service))).status == 200


@pytest.mark.requirement("V13", "V6")
async def test_words_around_the_holder_are_refused_to_the_holder_only(serve: Serve) -> None:
    """Phone, name and institution may not stand in it; who lacks the secret learns nothing of name and place."""
    service = await serve("identity", some_morning())
    await request_staff(service, "institution_owner")
    secret = await invitation_secret(service)
    for password in ("江城第九医院-Zq7", "Zq7-欧阳试用-xy"):
        assert reasons(await accept(service, secret, password=password)) == [("/password", "contains_name")]
        assert (await accept(service, "ABCDEFGHJKMN", password=password)).code == "invitation_refused"
    assert reasons(await accept(service, secret, password=f"Zq-{PHONE}-x")) == [("/password", "contains_phone")]
    assert (await accept(service, secret)).status == 200
