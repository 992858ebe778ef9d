"""The provider's signature, byte for byte against the published vector, and what each answer means for a delivery."""

from datetime import datetime, timedelta

import pytest

from services.notification.channels.aliyun_signature import authorization, canonical_query
from services.notification.domain.delivery import Outcome, Verdict, settle
from shared.clock import SHANGHAI

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=SHANGHAI)


def test_the_published_vector() -> None:
    """RunInstances of the vendor's page on request signature V3."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
    query = {
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        "RegionId": "cn-shanghai",
    }
    header = authorization("POST", "/", query, headers, b"", "YourAccessKeyId", "YourAccessKeySecret")
    assert header.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    assert "Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;" in header


def test_queries_are_encoded_as_the_vendor_wants() -> None:
    """Space as %20, star as %2A, tilde bare, sorted by name."""
    assert canonical_query({"b": "a b*~", "a": "中"}) == "a=%E4%B8%AD&b=a%20b%2A~"


@pytest.mark.requirement("M10")
@pytest.mark.parametrize(
    ("verdict", "at_most_once", "state", "again"),
    [
        (Verdict.SENT, True, "sent", False),
        (Verdict.SENT, False, "sent", False),
        (Verdict.UNKNOWN, True, "unknown", False),
        (Verdict.UNKNOWN, False, "unknown", True),
        (Verdict.RETRY, True, "failed", False),
        (Verdict.RETRY, False, "pending", True),
        (Verdict.WAIT, False, "pending", True),
        (Verdict.ALARM, False, "pending", True),
        (Verdict.GIVE_UP, False, "failed", False),
    ],
)
def test_login_codes_go_at_most_once_and_notices_are_looked_up_first(
    verdict: Verdict, at_most_once: bool, state: str, again: bool
) -> None:
    """An unknown outcome is never sent again by itself: a code never, a notice only after a look-up."""
    settled = settle(
        Outcome(verdict, "x"),
        attempts=1,
        at_most_once=at_most_once,
        now=NOW,
        reconcile_after=timedelta(minutes=10),
    )
    assert (settled.state, settled.next_at is not None) == (state, again)


@pytest.mark.requirement("M10")
def test_retries_are_bounded() -> None:
    """After the last pause a notice is given up, not tried for ever."""
    states = [
        settle(
            Outcome(Verdict.RETRY, "x"), attempts=n, at_most_once=False, now=NOW, reconcile_after=timedelta(minutes=10)
        ).state
        for n in range(1, 7)
    ]
    assert states == ["pending"] * 4 + ["failed"] * 2
