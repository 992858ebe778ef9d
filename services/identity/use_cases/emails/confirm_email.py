"""Take an e-mail address whose code came back, in the place of the one before (A5, V2, V3)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.credentials.one_time_codes import code_mac
from services.identity.domain.email import EmailCodeRefused
from services.identity.domain.limits import EmailCodeLimits
from services.identity.domain.refusals import Refused
from services.identity.domain.windows import remembered, seconds_to_wait
from services.identity.storage import email_proofs, persons
from services.identity.storage.email_proofs import EmailProof
from services.identity.use_cases.emails.lock_holder import lock_holder
from services.identity.use_cases.emails.send_email_code import PURPOSE
from services.identity.use_cases.linking.email_of import seal_email
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from shared import audit
from shared.actor import Actor
from shared.errors import LimitReached
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def confirm_email(
    tx: Transaction,
    challenge_id: UUID,
    email: str,
    code: str,
    actor: Actor,
    keyring: Keyring,
    limits: EmailCodeLimits,
    now: datetime,
) -> Refused | None:
    """None: the address is used from now on, and the others are told. A refusal is to be committed: a wrong guess stays
    counted. Raises NotFound."""
    person = await lock_holder(tx, actor.id)
    proof = await email_proofs.select(tx, actor.id)
    if wait := seconds_to_wait(proof.wrong_at, limits.guessing, now):
        return Refused(LimitReached(retry_after=wait))
    if not proof.may_be_guessed(challenge_id, limits.tries, now):
        return Refused(EmailCodeRefused())
    mac = code_mac(keyring, challenge_id, PURPOSE, email, code)
    if not mac.matches(proof.code_mac or b""):
        await _count_wrong(tx, proof, actor, limits, now)
        return Refused(EmailCodeRefused())
    await email_proofs.update_void(tx, actor.id)
    await persons.update_email(tx, actor.id, await seal_email(actor.id, email, keyring), now)
    await tell_contact(tx, actor.id, keyring, now)
    audit.record(
        tx,
        "person.change_email",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        before="none" if person.email_sealed is None else "confirmed",
        after="confirmed",
    )
    return None


async def _count_wrong(
    tx: Transaction, proof: EmailProof, actor: Actor, limits: EmailCodeLimits, now: datetime
) -> None:
    wrong = [*remembered(proof.wrong_at, limits.guessing, now), now]
    await email_proofs.upsert(tx, actor.id, replace(proof, attempts=proof.attempts + 1, wrong_at=wrong), now)
    audit.record(
        tx, "email_code.guess", actor=actor, subject_kind="person", subject_id=actor.id, at=now, reason="wrong"
    )
