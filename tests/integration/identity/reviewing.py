"""Short ways to what tests of reviewers and of the zone need first."""

from datetime import datetime
from typing import Any

from services.identity.domain.claim import Claim
from services.identity.storage import persons, review_requests, verification_images, verifications
from services.identity.storage.review_requests import AskedFor
from services.identity.storage.verification_images import OBJECT_CLASS, VerificationImage
from services.identity.use_cases.verifying.request_manual_review import manual_claim_place
from shared.ids import new_id
from shared.masking import mask_document_no, mask_name
from shared.security.blind_index import blind_index
from shared.security.sealing import seal_text
from tests.integration.identity.cards import card
from tests.support.service_under_test import Caller, ServiceUnderTest

DETAILS = {"sex": "2", "birth_date": "1991-03-08"}


def passport(number: str, name: str = "Ada Fictional") -> dict[str, str]:
    """A claim by passport."""
    more = {"country": "UTO", "valid_to": "2031-05-01"}
    return {"name": name, "document_no": number, "document_type": "passport"} | more


async def waits(
    service: ServiceUnderTest, number: str, name: str = "Ada Fictional", *, kind: Any = "passport", n: int = 0
) -> tuple[Caller, str]:
    """Somebody whose request waits, and who that is: written as the API leaves it, with photos of a drawn card."""
    now, keyring, person_id = service.clock.now(), service.keyring, new_id()
    claim = Claim(name=name, document_type=kind, document_no=number, country="UTO")
    async with service.database.transaction() as tx:
        person = persons.Person(person_id, b"sealed", "zh", "active")
        await persons.insert(tx, person, blind_index(keyring, "index_contact", "phone", f"137{n:08}"), now)
        for side, photo in zip(("front", "back"), card(1)[1:], strict=True):
            key = f"cards/{now:%Y%m%d}/{new_id()}.jpg"
            await service.bucket.put(key, photo, OBJECT_CLASS)
            await verification_images.insert(tx, _image(person_id, side, key, now))
        await review_requests.update_asked(
            tx,
            person_id,
            AskedFor(
                document_type=kind,
                sealed=seal_text(keyring, "person", manual_claim_place(person_id), claim.model_dump_json()),
                document_index=blind_index(keyring, "index_person", "document_no", number),
                name_index=blind_index(keyring, "index_person", "name", name),
                name_masked=mask_name(name),
                document_no_masked=mask_document_no(number),
            ),
        )
        waiting = (await verifications.lock(tx, person_id)).asked_for_review(now, automatic_possible=False)
        await verifications.update(tx, waiting)
    return service.caller("candidate", id=person_id), str(person_id)


def _image(person_id: Any, side: str, key: str, at: datetime) -> VerificationImage:
    return VerificationImage(
        image_id=new_id(),
        person_id=person_id,
        side=side,
        object_key=key,
        sha256="0" * 64,
        content_type="image/jpeg",
        size=1,
        width=1,
        height=1,
        uploaded_at=at,
    )
