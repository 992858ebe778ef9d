"""Photos of fictional cards, and the way of a person through the automatic check."""

from datetime import timedelta
from functools import cache
from typing import Any

from deploy.demo.card_photos import Person, draw_back, draw_front, fictional_person, photograph
from services.identity.domain.automatic_verdict import AutomaticVerdict
from services.identity.ocr.card_reader import CardReader
from services.identity.ocr.role import work_once
from services.identity.storage import recognition_jobs
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying.decide_automatic_verification import (
    CardDetails,
    decide_automatic_verification,
)
from shared.contracts.identity import PersonIdentity, PersonVerified
from shared.ids import new_id
from shared.security.sealing import unseal_from_event
from tests.integration.identity.people import candidate
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest

CONSENT = {"kind": "id_images", "version": "2026-1"}


@cache
def card(seed: int) -> tuple[Person, bytes, bytes]:
    """A person and well-taken photos of both sides of the card."""
    person = fictional_person(seed)
    front = photograph(draw_front(person), seed, "clean")
    return person, front, photograph(draw_back(person.card), seed + 1, "clean")


async def upload(caller: Caller, side: str, photo: bytes) -> Answer:
    """Send one photo."""
    headers = {"Content-Type": "image/jpeg"}
    return await caller.call("PUT", f"/verification/images/{side}", data=photo, headers=headers)


async def with_photos(service: ServiceUnderTest, phone: str, seed: int = 1) -> Caller:
    """A person who consented and uploaded both sides."""
    caller = await candidate(service, phone)
    assert (await caller.post("/consents", CONSENT)).status == 201
    _, front, back = card(seed)
    for side, photo in (("front", front), ("back", back)):
        answer = await upload(caller, side, photo)
        assert answer.status == 200, answer.body
    return caller


async def claim(caller: Caller, name: str, document_no: str, **more: Any) -> Answer:
    """Ask for the automatic check."""
    return await caller.post("/verification/automatic", {"name": name, "document_no": document_no, **more})


async def read_all(service: ServiceUnderTest, reader: CardReader) -> None:
    """What a copy of the ocr role does until the queue is empty."""
    while await work_once(service.deps, reader):
        pass


async def take(service: ServiceUnderTest, seconds: int = 120) -> RecognitionJob:
    """Take a job as a copy of the ocr role does."""
    now = service.clock.now()
    async with service.database.transaction() as tx:
        job = await recognition_jobs.update_taken(tx, new_id(), now, now + timedelta(seconds=seconds))
    assert job is not None
    return job


async def decide(service: ServiceUnderTest, job: RecognitionJob, reason: str | None) -> str | None:
    """Finish a job with a verdict, without reading."""
    async with service.database.transaction() as tx:
        return await decide_automatic_verification(
            tx,
            job,
            AutomaticVerdict(reason),
            CardDetails("汉"),
            service.keyring,
            service.settings.verification,
            service.clock.now(),
        )


def opened_identity(service: ServiceUnderTest, event: PersonVerified) -> PersonIdentity:
    """The sealed identity of an event, as its consumers open it."""
    place = f"{PersonVerified.TYPE}.identity:{event.person_id}"
    return PersonIdentity.model_validate_json(unseal_from_event(service.keyring, "person", place, event.identity))
