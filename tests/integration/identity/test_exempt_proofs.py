"""Where the platform hosts the two proofs of the military, both are required, and the exam body of the chosen site
looks at them (A18)."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.identity.jobs import put_decided_images_aside, remove_replaced_images
from shared.contracts.identity import ExemptChannelChanged
from shared.objectstore import ObjectMissing
from tests.integration.identity.cards import CONSENT, card, with_photos
from tests.integration.identity.offices import Offices
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.proofs import choose_with_proofs, military, upload_proof
from tests.integration.identity.test_manual_review import audited
from tests.support.engines import definition_of
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

CATALOGUE = definition_of("identity").migrations.parent / "data" / "verification.toml"
HOSTED = {"VERIFICATION__HOSTS_EXEMPT_PROOFS": "true"}


async def soldier(service: ServiceUnderTest, n: int = 1) -> Caller:
    """A person who consented."""
    caller = await candidate(service, phone_number(n))
    assert (await caller.post("/consents", CONSENT)).status == 201
    return caller


async def kept(service: ServiceUnderTest) -> list[str]:
    """Objects of proofs in use."""
    query = "SELECT object_key FROM verification_image WHERE replaced_at IS NULL AND side LIKE 'proof%'"
    async with service.database.read() as reader:
        return [row["object_key"] for row in await reader.fetch(query)]


@pytest.mark.requirement("A18")
async def test_both_proofs_are_required_where_they_are_hosted(serve: Serve) -> None:
    """The guidance says to upload here; the choice is refused naming what is missing, until both proofs and an exam
    site are there; nothing left for the others before."""
    offices = await Offices.open(serve, **HOSTED)
    service = offices.service
    caller = await soldier(service)
    shown = (await caller.get("/exempt-channel")).body
    assert (shown["proofs_hosted"], shown["proofs"]) == (True, [])
    steps = {step["code"]: step["message"] for step in shown["channels"][0]["steps"]}
    assert all("在本平台上传团级以上" in steps[code] for code in ("proof_of_education", "proof_of_evaluation"))
    refused = await caller.post("/exempt-channel", military(offices.site))
    assert (refused.status, refused.code) == (409, "proofs_missing")
    assert "学历证明、试用期考核证明" in refused.body["title"]
    first = await upload_proof(caller, "education")
    assert (first.status, first.body["proof"], first.body["replaces"]) == (200, "education", False)
    assert (await upload_proof(caller, "education")).body["replaces"] is True
    refused = await caller.post("/exempt-channel", military(offices.site))
    assert "：试用期考核证明" in refused.body["title"]
    assert (await upload_proof(caller, "evaluation")).status == 200
    for site in (None, offices.point, UUID(int=7)):
        unknown = await caller.post("/exempt-channel", military(site))
        assert (unknown.status, unknown.code) == (422, "exam_site_unknown")
    assert await service.published(ExemptChannelChanged) == []
    chosen = await caller.post("/exempt-channel", military(offices.site))
    assert (chosen.status, chosen.body["exam_site_id"]) == (200, str(offices.site))
    assert [one["proof"] for one in chosen.body["proofs"]] == ["education", "evaluation"]
    assert len(await service.published(ExemptChannelChanged)) == 1
    assert (await caller.get("/verification")).body["photos"] == [], "proofs are no photos of a document"


@pytest.mark.requirement("A18")
async def test_control_where_they_are_not_hosted_nothing_is_taken(serve: Serve) -> None:
    """Control: as the platform is set by default a proof is refused with the way to go, and the choice needs none."""
    service = await serve("identity", some_morning())
    caller = await soldier(service)
    refused = await upload_proof(caller, "education")
    assert (refused.status, refused.code) == (409, "proofs_not_hosted")
    assert "省网" in refused.body["title"]
    assert (await caller.post("/exempt-channel", military(None))).status == 200
    assert await kept(service) == []


@pytest.mark.requirement("A18")
@pytest.mark.parametrize(("platform", "year"), [("false", "true"), ("true", "false")])
async def test_the_exam_year_decides_over_the_platform(serve: Serve, tmp_path: Path, platform: str, year: str) -> None:
    """What the year says is so, whatever the platform is set to."""
    text = CATALOGUE.read_text(encoding="utf-8")
    file = tmp_path / "catalogue.toml"
    changed = text.replace("exam_year = 2027\n", f"exam_year = 2027\nhosts_exempt_proofs = {year}\n")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    more = {"VERIFICATION__HOSTS_EXEMPT_PROOFS": platform, "VERIFICATION__CATALOGUE_FILE": str(file)}
    caller = await soldier(await serve("identity", some_morning(), **more))
    assert (await caller.get("/exempt-channel")).body["proofs_hosted"] is (year == "true")
    assert (await upload_proof(caller, "education")).status == (200 if year == "true" else 409)


@pytest.mark.requirement("A18", "V34")
@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"MZ" + b"0" * 4000, "image/jpeg"), (b"%PDF-1.7 nothing", "application/pdf"), (card(2)[1], "image/png")],
)
async def test_proofs_are_inspected_like_every_upload(serve: Serve, data: bytes, kind: str) -> None:
    """Programs, documents that are no pictures, and pictures that say they are something else are refused."""
    service = await serve("identity", some_morning(), **HOSTED)
    caller = await soldier(service)
    refused = await upload_proof(caller, "education", data, kind)
    assert refused.status in (415, 422), refused.body
    assert await kept(service) == []
    assert (await upload_proof(caller, "anything")).status == 404


@pytest.mark.requirement("A18", "V56")
async def test_without_consent_no_proof_is_received(serve: Serve) -> None:
    """As for every photo; and who takes the consent back has the proofs removed."""
    service = await serve("identity", some_morning(), **HOSTED)
    stranger = await candidate(service, phone_number(1))
    assert (await upload_proof(stranger, "education")).code == "consent_missing"
    caller = await soldier(service, 2)
    assert (await upload_proof(caller, "education")).status == 200
    assert len(await kept(service)) == 1
    assert (await caller.post("/consents/withdrawal", {"kind": "id_images"})).status == 200
    assert await kept(service) == []


@pytest.mark.requirement("A18", "V24", "V33", "V44")
async def test_the_exam_body_sees_the_proofs_of_its_jurisdiction(serve: Serve) -> None:
    """The chosen site and the zone above list the person, masked, and open marked proofs by links of their own that
    live a minute; every look is recorded. The other site finds nothing, a link of somebody else opens nothing."""
    offices = await Offices.open(serve, **HOSTED)
    service = offices.service
    site = await offices.holder("site_admin", offices.site)
    other = await offices.holder("site_admin", offices.other_site)
    zone = await offices.holder("zone_admin", offices.zone)
    caller = await soldier(service)
    await choose_with_proofs(caller, offices.site)

    async def listed(by: Any, query: str = "") -> list[Any]:
        answer = await by.api.get(f"/exempt-choices{query}")
        assert answer.status == 200, answer.body
        items: list[Any] = answer.body["items"]
        return items

    (item,) = await listed(site)
    assert (item["name_masked"], item["exam_site_id"]) == ("军*试", str(offices.site))
    assert [one["proof"] for one in item["proofs"]] == ["education", "evaluation"]
    assert len(await listed(zone)) == 1
    assert len(await listed(zone, f"?exam_site_id={offices.site}")) == 1
    assert await listed(zone, f"?exam_site_id={offices.other_site}") == []
    assert await listed(other) == []

    href = item["proofs"][0]["href"].removeprefix("/api/identity/v1")
    (key, _) = sorted(await kept(service))
    opened = await site.api.get(href)
    assert (opened.status, opened.headers["Content-Type"]) == (200, "image/jpeg")
    assert opened.headers["Cache-Control"] == "no-store"
    assert opened.body not in [await service.bucket.get(key, "image")], "the mark is missing"
    assert await audited(service, "verification.view_image") == 1
    assert (await zone.api.get(href)).code == "image_link_ended"
    assert (await other.api.get(href)).status == 404
    service.clock.advance(timedelta(seconds=61))
    assert (await site.api.get(href)).code == "image_link_ended"
    assert await audited(service, "verification.view_image") == 1
    assert (await caller.post("/exempt-channel/withdrawal")).status == 200
    assert await listed(site) == []


@pytest.mark.requirement("A18", "V57")
async def test_proofs_go_as_other_photos_do(serve: Serve) -> None:
    """They stay while the choice stands, for their term at most; after it was taken back they go as photos that were
    decided about; the objects go with them. Photos of a card beside them keep their own term."""
    more = {"RETENTION__IMAGE_DAYS": "14", "RETENTION__PROOF_DAYS": "100"}
    offices = await Offices.open(serve, **HOSTED, **more)
    service = offices.service
    stays, leaves = await soldier(service, 1), await with_photos(service, phone_number(2))
    await choose_with_proofs(stays, offices.site, 7)
    await choose_with_proofs(leaves, offices.site, 8)
    assert (await leaves.post("/exempt-channel/withdrawal")).status == 200
    everything = await kept(service)

    async def after(days: int) -> int:
        service.clock.advance(timedelta(days=days))
        await put_decided_images_aside(service.deps)
        service.clock.advance(timedelta(minutes=61))
        await remove_replaced_images(service.deps)
        return len(await kept(service))

    assert [await after(13), await after(2), await after(60), await after(30)] == [4, 2, 2, 0]
    for key in everything:
        with pytest.raises(ObjectMissing):
            await service.bucket.get(key, "image")
