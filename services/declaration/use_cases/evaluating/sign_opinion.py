"""A supervisor signs off what is said in that name: a verified person so called, with the code of the unit (4.6)."""

import hmac
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation_errors import SignerIsNotSupervisor
from services.declaration.domain.status import same_name
from services.declaration.storage import evaluations_opinions, known_people, known_supervisors
from services.declaration.storage.evaluations_opinions import Opinion
from services.declaration.storage.known_people import open_identity
from services.declaration.use_cases.evaluating.request_signature import hash_of
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


async def open_opinion_to_sign(
    reader: Reader, keyring: Keyring, opinion_id: UUID, code: str, *, actor: Actor, now: datetime
) -> Opinion:
    """What is to be signed. Raises NotFound for a wrong or old code, SignerIsNotSupervisor, EvaluationStepNotAllowed
    once the evaluation is judged, OpinionAlreadySigned."""
    return await _checked(
        reader, keyring, await evaluations_opinions.select_one(reader, opinion_id), code, actor=actor, now=now
    )


async def sign_opinion(
    tx: Transaction, keyring: Keyring, opinion_id: UUID, code: str, seen_version: int, *, actor: Actor, now: datetime
) -> None:
    """Sign the words that were seen. Raises the errors of open_opinion_to_sign, StaleVersion when they were written
    anew since."""
    found = await evaluations_opinions.lock_one(tx, opinion_id)
    opinion = await _checked(tx, keyring, found, code, actor=actor, now=now)
    if opinion.version != seen_version:
        raise StaleVersion(current=opinion.version, state="written_anew")
    await evaluations_opinions.update_signed(tx, opinion.id, actor.id, now)
    audit.record(
        tx,
        "evaluation.sign_opinion",
        actor=actor,
        subject_kind="evaluation",
        subject_id=opinion.evaluation_id,
        at=now,
        supervisor=str(opinion.supervisor_id),
        version=opinion.version,
    )


async def _checked(
    reader: Reader, keyring: Keyring, opinion: Opinion | None, code: str, *, actor: Actor, now: datetime
) -> Opinion:
    if opinion is None or opinion.sign_check is None or opinion.sign_until is None or opinion.sign_until <= now:
        raise NotFound
    if not hmac.compare_digest(opinion.sign_check, hash_of(code)):
        raise NotFound
    signer = await known_people.select(reader, actor.id)
    guides = await known_supervisors.select_many(reader, [opinion.supervisor_id])
    guide = guides.get(opinion.supervisor_id)
    if signer is None or guide is None or opinion.person_id == actor.id:
        raise SignerIsNotSupervisor
    name = open_identity(keyring, signer.person_id, signer.identity).name
    if not same_name(name, guide.open_name(keyring)):
        raise SignerIsNotSupervisor
    opinion.check_signable()
    return opinion
