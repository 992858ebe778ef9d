"""Give a qualified person the certificate of the year; it comes from the platform only (4.6, B10)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationStep, check_certifiable, step_to
from services.declaration.domain.evaluation_errors import CannotEvaluateOneself
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.evaluating.certificate_content import OF_THE_YEAR, Signatures
from services.declaration.use_cases.evaluating.freeze_certificate import freeze_certificate
from services.declaration.use_cases.evaluating.locked_evaluation import lock_evaluation
from services.declaration.use_cases.evaluating.print_again import print_again
from services.declaration.use_cases.evaluating.requested_certificate import requested_certificate
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def issue_certificate(
    tx: Transaction,
    keyring: Keyring,
    evaluation_id: UUID,
    signatures: Signatures,
    *,
    public_url: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Number, freeze and print the certificate. One that the print role gave up is queued again as it was frozen, also
    a completed one: what is filed can not be voided by the unit and made anew.

    Raises NotFound, StaleVersion, EvaluationStepNotAllowed, DeclarationNotCertifiable, CannotEvaluateOneself,
    CertificateIncomplete.
    """
    declaration, evaluation = await lock_evaluation(tx, evaluation_id, expected_version, actor)
    if actor.person_id == declaration.person_id:
        raise CannotEvaluateOneself
    check_certifiable(declaration.state)
    known = evaluation.certificate_no
    if known and await print_again(tx, OF_THE_YEAR, evaluation_id, known, actor=actor, now=now):
        return evaluation
    after = step_to(evaluation.state, EvaluationStep.ISSUE_CERTIFICATE)
    request = requested_certificate(keyring, declaration, evaluation, signatures, public_url)
    certificate = await freeze_certificate(tx, keyring, OF_THE_YEAR, evaluation_id, request, actor=actor, now=now)
    version = await evaluations.update_certified(tx, evaluation_id, after, certificate, now)
    audit.record(
        tx,
        "evaluation.issue_certificate",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        before=evaluation.state.value,
        after=after.value,
        certificate_no=certificate.number,
    )
    return replace(evaluation, state=after, version=version, certificate_no=certificate.number)
