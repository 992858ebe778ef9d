"""Bounds of uploads: how many, how large, and to which place (V40, V43)."""

import inspect
from datetime import timedelta

import pytest

import shared.objectstore
from services.identity.storage.image_keys import day_prefix
from tests.integration.identity.cards import CONSENT, card, upload
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest


async def consenting(service: ServiceUnderTest, n: int) -> Caller:
    """A person who may upload."""
    caller = await candidate(service, phone_number(n))
    assert (await caller.post("/consents", CONSENT)).status == 201
    return caller


@pytest.mark.requirement("V40")
async def test_a_person_fills_the_quota_and_waits(serve: Serve) -> None:
    """The fourth photo in an hour is refused with the seconds to wait and reaches no bucket; somebody else is not
    affected, and an hour later there is room again."""
    service = await serve("identity", clock := some_morning(), VERIFICATION__UPLOADS_PER_HOUR="3")
    one, other = await consenting(service, 1), await consenting(service, 2)
    photo, prefix = card(1)[1], day_prefix(clock.now().date()) + "/"
    assert [(await upload(one, "front", photo)).status for _ in range(3)] == [200] * 3
    stored = set(await service.bucket.list_keys(prefix))
    refused = await upload(one, "front", photo)
    assert (refused.status, refused.code) == (429, "limit_reached")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert set(await service.bucket.list_keys(prefix)) == stored
    assert (await upload(other, "front", photo)).status == 200
    clock.advance(timedelta(minutes=61))
    one = await candidate(service, phone_number(1))
    assert (await upload(one, "front", photo)).status == 200


@pytest.mark.requirement("V43")
async def test_an_upload_has_one_place_and_a_bound(serve: Serve) -> None:
    """Another place, more bytes than allowed, and a repetition under the same key are refused or change nothing."""
    service = await serve("identity", clock := some_morning(), VERIFICATION__IMAGE_BYTES="65536")
    caller = await consenting(service, 1)
    prefix, photo = day_prefix(clock.now().date()) + "/", card(1)[1]
    before = set(await service.bucket.list_keys(prefix))
    for side in ("left", "front%2F..%2Fback", "front.jpg"):
        assert (await upload(caller, side, photo)).status == 404
    large = await upload(caller, "front", photo + b"\0" * 65536)
    assert (large.status, large.code) == (413, "upload_too_large")
    assert set(await service.bucket.list_keys(prefix)) == before


@pytest.mark.requirement("V43")
def test_no_address_for_uploads_without_a_bound_is_ever_made() -> None:
    """The port to the bucket has no presigned addresses, neither for uploads nor for downloads."""
    assert "presign" not in inspect.getsource(shared.objectstore)
