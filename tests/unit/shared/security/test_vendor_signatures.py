"""Signatures of the outside vendors, byte for byte against the vectors that they published."""

import pytest

from shared.security import aliyun_signature, tencent_signature
from shared.security.blind_index import keyed_hash
from shared.security.keyring import Key

# The vendor's page shows the escapes literally.
BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
HEADERS = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
SECRET = "Gu5t9xGARNpq86cd98joQYCN3"


@pytest.mark.requirement("M10")
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
    header = aliyun_signature.authorization("POST", "/", query, headers, b"", "YourAccessKeyId", "YourAccessKeySecret")
    assert header.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    assert "Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;" in header


def test_queries_are_encoded_as_the_vendor_wants() -> None:
    """Space as %20, star as %2A, tilde bare, sorted by name."""
    assert aliyun_signature.canonical_query({"b": "a b*~", "a": "中"}) == "a=%E4%B8%AD&b=a%20b%2A~"


@pytest.mark.requirement("V49")
def test_the_hash_of_the_sm_suite_agrees_with_the_vendors() -> None:
    """HMAC-SM3 of the vendor's own tests, which its signature of the SM suite (ACS3-HMAC-SM3) is made of."""
    key = Key("k", "SM4-GCM", b"secret")
    assert keyed_hash(key, b"source").hex() == "b9ff646822f41ef647c1416fa2b8408923828abc0464af6706e18db3e8553da8"


@pytest.mark.requirement("V30", "M10")
@pytest.mark.parametrize(
    ("secret", "more", "names", "signature"),
    [
        (
            SECRET + "EXAMPLE",
            {},
            "content-type;host",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            SECRET + 7 * "*",
            {"x-tc-action": "describeinstances"},
            "content-type;host;x-tc-action",
            "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
        ),
    ],
)
def test_the_published_vectors_of_tc3(secret: str, more: dict[str, str], names: str, signature: str) -> None:
    """DescribeInstances of the vendor's page, in its older and its newer form."""
    header = tencent_signature.authorization("cvm", 1551113065, HEADERS | more, BODY, "AKIDEXAMPLE", secret)
    assert header == (
        f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders={names}, "
        f"Signature={signature}"
    )


def test_the_date_of_tc3_is_that_of_the_timestamp() -> None:
    """A second before and at midnight UTC the scope names two days."""
    before, after = (
        tencent_signature.authorization("cvm", at, HEADERS, BODY, "k", "s") for at in (1551139199, 1551139200)
    )
    assert ("2019-02-25" in before, "2019-02-26" in after) == (True, True)
