"""Send a code to an e-mail address that a person wants notices at (A5, V1, V4)."""

from datetime import datetime, timedelta

from services.identity.credentials.one_time_codes import code_mac, new_code
from services.identity.domain.limits import EmailCodeLimits
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import email_proofs
from services.identity.storage.email_proofs import EmailProof
from services.identity.use_cases.emails.lock_holder import lock_holder
from services.identity.use_cases.signing_in.issue_login_code import IssuedCode
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import EmailCodeIssued
from shared.errors import LimitReached
from shared.ids import PersonId, new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_event_for

PURPOSE = "email"


async def send_email_code(
    tx: Transaction, email: str, actor: Actor, keyring: Keyring, limits: EmailCodeLimits, now: datetime
) -> IssuedCode:
    """The code takes the place of one that is out, leaves sealed in EmailCodeIssued, and goes at most once (M10). The
    answer is the same for every address, also for one that gets no more codes today, lest it tells that others write
    it. Raises NotFound, and LimitReached with the seconds to wait."""
    await lock_holder(tx, actor.id)
    proof = await email_proofs.select(tx, actor.id)
    # Where no more guesses are allowed a code would be of no use.
    wait = max(
        seconds_to_wait(proof.sent_at, limits.sending, now), seconds_to_wait(proof.wrong_at, limits.guessing, now)
    )
    if wait:
        raise LimitReached(retry_after=wait)
    sent = [*remembered(proof.sent_at, limits.sending, now), now]
    issued = IssuedCode(new_id(), now + timedelta(seconds=limits.seconds), seconds_to_wait(sent, limits.sending, now))
    code = new_code()
    mac = code_mac(keyring, issued.challenge_id, PURPOSE, email, code)
    wrong = remembered(proof.wrong_at, limits.guessing, now)
    out = EmailProof(issued.challenge_id, mac, issued.expires_at, 0, sent, wrong)
    await email_proofs.upsert(tx, actor.id, out, now)
    event = await _event(issued, PersonId(actor.id), email, code, keyring, now)
    if goes := await _has_room(tx, email, keyring, limits, now):
        outbox.add(tx, event)
    audit.record(
        tx, "email_code.issue", actor=actor, subject_kind="person", subject_id=actor.id, at=now, withheld=not goes
    )
    return issued


async def _has_room(tx: Transaction, email: str, keyring: Keyring, limits: EmailCodeLimits, now: datetime) -> bool:
    """Whether the mailbox, whoever asks, is written another code today."""
    rate = Rate("email_code.mailbox", limits.per_mailbox_and_day, timedelta(hours=24))
    try:
        await take(tx, rate, blind_index(keyring, "index_contact", "email", email.lower()), now)
    except LimitReached:
        return False
    return True


async def _event(
    issued: IssuedCode, person_id: PersonId, email: str, code: str, keyring: Keyring, now: datetime
) -> EmailCodeIssued:
    place = f"{EmailCodeIssued.TYPE}.%s:{issued.challenge_id}"
    return EmailCodeIssued(
        occurred_at=now,
        aggregate_version=1,
        challenge_id=issued.challenge_id,
        person_id=person_id,
        email=await seal_event_for(keyring, person_id, "contact", place % "email", email),
        code=await seal_event_for(keyring, person_id, "login_code", place % "code", code),
        expires_at=issued.expires_at,
    )
