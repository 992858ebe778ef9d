"""What each documented code means, where questions may go."""

import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from pydantic import SecretStr

from services.identity.authority_check import aliyun, tencent
from services.identity.authority_check.outgoing import OutgoingRefused, checked_url, may_be_called
from services.identity.domain.authority_answer import Answer, pause_before
from services.identity.domain.authority_limits import AuthorityLimits

HOSTS = frozenset(AuthorityLimits.VENDORS.values())


ALIYUN: list[tuple[Any, Answer, bool]] = [
    ({"Code": "200", "ResultObject": {"BizCode": "1"}}, Answer.MATCH, False),
    ({"Code": 200, "ResultObject": {"BizCode": 1}}, Answer.MATCH, False),
    ({"Code": "200", "ResultObject": {"BizCode": "2"}}, Answer.MISMATCH, False),
    ({"Code": "200", "ResultObject": {"BizCode": 3}}, Answer.NO_RECORD, False),
    ({"Code": "200", "ResultObject": {"BizCode": "4"}}, Answer.UNAVAILABLE, False),
    ({"Code": "200", "ResultObject": None}, Answer.UNAVAILABLE, False),
    ({"Code": "401"}, Answer.NO_RECORD, False),
    ({"Code": "402"}, Answer.UNAVAILABLE, False),
    ({"Code": "403"}, Answer.UNAVAILABLE, False),
    ({"Code": "412"}, Answer.UNAVAILABLE, True),
    ({"Code": "500"}, Answer.UNAVAILABLE, False),
    ({"Code": "SignatureDoesNotMatch"}, Answer.UNAVAILABLE, True),
    ({"Code": "InvalidAccessKeyId.NotFound"}, Answer.UNAVAILABLE, True),
    ({"Code": "Throttling.User"}, Answer.UNAVAILABLE, False),
    ({}, Answer.UNAVAILABLE, False),
    ([], Answer.UNAVAILABLE, False),
    ("200", Answer.UNAVAILABLE, False),
]
TENCENT: list[tuple[Any, Answer, bool]] = [
    ({"Response": {"Result": "0"}}, Answer.MATCH, False),
    ({"Response": {"Result": 0}}, Answer.MATCH, False),
    ({"Response": {"Result": "-1"}}, Answer.MISMATCH, False),
    ({"Response": {"Result": "-2"}}, Answer.NO_RECORD, False),
    ({"Response": {"Result": "-3"}}, Answer.NO_RECORD, False),
    ({"Response": {"Result": "-4"}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Result": "-5"}}, Answer.NO_RECORD, False),
    ({"Response": {"Result": "-6"}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Result": "-7"}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Result": "-8"}}, Answer.UNAVAILABLE, False),
    ({"Response": {}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}, Answer.UNAVAILABLE, True),
    ({"Response": {"Error": {"Code": "UnauthorizedOperation.Arrears"}}}, Answer.UNAVAILABLE, True),
    ({"Response": {"Error": {"Code": "RequestLimitExceeded"}}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Error": {"Code": "InternalError"}}}, Answer.UNAVAILABLE, False),
    ({"Response": {"Error": {"Code": "FailedOperation.UnKnown"}, "Result": "0"}}, Answer.UNAVAILABLE, False),
    ({"Result": "0"}, Answer.UNAVAILABLE, False),
    (None, Answer.UNAVAILABLE, False),
]


@pytest.mark.requirement("V30")
@pytest.mark.parametrize(
    ("understood", "answer", "meaning", "alarm"),
    [*((aliyun.understood, *row) for row in ALIYUN), *((tencent.understood, *row) for row in TENCENT)],
)
def test_every_code_has_one_of_four_meanings(understood: Any, answer: Any, meaning: Answer, alarm: bool) -> None:
    """Only the two documented words verify or refuse; what is not understood is no answer, and so is no verdict."""
    said = understood(json.loads(json.dumps(answer)))
    assert (said.answer, said.alarm) == (meaning, alarm)
    verdict = said.verdict
    expected = {
        Answer.MATCH: (None, True),
        Answer.MISMATCH: ("authority_mismatch", True),
        Answer.NO_RECORD: ("authority_no_record", False),
    }.get(meaning)
    assert (None if verdict is None else (verdict.reason_code, verdict.counted)) == expected


@pytest.mark.requirement("V30")
def test_pauses_double_up_to_an_hour() -> None:
    """30 s, one minute, two ... and never more than an hour; a daily limit waits the longest pause at once."""
    first, longest = timedelta(seconds=30), timedelta(hours=1)
    pauses = [pause_before(tries, False, first, longest).total_seconds() for tries in (0, 1, 2, 3, 7, 8, 9, 1_000_000)]
    assert pauses == [30, 30, 60, 120, 1920, 3600, 3600, 3600]
    assert pause_before(1, True, first, longest) == longest


@pytest.mark.requirement("V67")
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://elsewhere.example",
        "https://cloudauth.aliyuncs.com.elsewhere.example",
        "https://cloudauth.aliyuncs.com@169.254.169.254",
        "https://user:word@cloudauth.aliyuncs.com",
        "http://cloudauth.aliyuncs.com",
        "ftp://cloudauth.aliyuncs.com",
        "file:///etc/hostname",
        "https://169.254.169.254",
        "https://[::ffff:169.254.169.254]",
        "https://127.0.0.1",
        "http://[::1]:8080",
        "https:///nowhere",
    ],
)
def test_an_endpoint_that_is_not_listed_is_refused(endpoint: str) -> None:
    """Another host, a user part, another scheme, clear text and addresses of this network stop the start, even when the
    address itself stands on the list."""
    listed = HOSTS | {"169.254.169.254", "127.0.0.1", "::1", "::ffff:169.254.169.254"}
    with pytest.raises(OutgoingRefused):
        checked_url(endpoint, listed, ())


@pytest.mark.requirement("V67")
@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:0a00:0001::", False),
        ("198.51.100.7", False),
        ("10.9.0.1", True),
        ("::ffff:10.9.0.1", True),
    ],
)
def test_only_public_addresses_and_allowed_networks_are_called(address: str, allowed: bool) -> None:
    """Private, loopback, link-local, metadata and wrapped addresses are refused unless their network was allowed."""
    assert may_be_called(address, [ip_network("10.9.0.0/16")]) is allowed


def test_a_provider_needs_its_key() -> None:
    """A provider without a key stops the start; without a provider no key is needed."""
    assert AuthorityLimits().provider == "off"
    with pytest.raises(ValueError, match="key_secret"):
        AuthorityLimits(provider="tencent")
    assert (
        AuthorityLimits(provider="aliyun", key_id="k", key_secret=SecretStr("s")).address
        == "https://cloudauth.aliyuncs.com"
    )
