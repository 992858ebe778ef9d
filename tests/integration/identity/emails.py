"""Fictional people who give an e-mail address, by what was sent there."""

from shared.contracts.identity import EmailCodeIssued
from shared.security.subject_sealing import open_from_event
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest

EMAIL, OTHER_EMAIL = "chen@mail.example", "chen.wei@post.example"


async def email_code_of(service: ServiceUnderTest, challenge_id: str) -> str:
    """The code that left for the mailbox."""
    (event,) = [e for e in await service.published(EmailCodeIssued) if str(e.challenge_id) == challenge_id]
    place = f"{EmailCodeIssued.TYPE}.code:{challenge_id}"
    return await open_from_event(service.keyring, "login_code", place, event.code)


async def ask_email_code(service: ServiceUnderTest, caller: Caller, email: str = EMAIL) -> dict[str, str]:
    """What confirms the address, once."""
    asked = await caller.post("/me/email-codes", {"email": email})
    assert asked.status == 202, asked.body
    challenge_id = asked.body["challenge_id"]
    return {"challenge_id": challenge_id, "email": email, "code": await email_code_of(service, challenge_id)}


async def confirmed(service: ServiceUnderTest, caller: Caller, email: str = EMAIL) -> Answer:
    """A whole confirmation."""
    answer = await caller.put("/me/email", await ask_email_code(service, caller, email))
    assert answer.status == 200, answer.body
    return answer
