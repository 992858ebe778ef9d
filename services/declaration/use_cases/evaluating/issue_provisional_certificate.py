"""Give a fresh graduate the provisional certificate, which holds until the full year is entered (4.6, R08, B10)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import check_provisional_paper
from services.declaration.domain.evaluation_errors import CannotEvaluateOneself, ProvisionalCertificateIssued
from services.declaration.storage import provisional_certificates
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.evaluating.certificate_content import PROVISIONAL, Signatures
from services.declaration.use_cases.evaluating.freeze_certificate import freeze_certificate
from services.declaration.use_cases.evaluating.locked_evaluation import lock_evaluation
from services.declaration.use_cases.evaluating.print_again import print_again
from services.declaration.use_cases.evaluating.requested_certificate import requested_certificate
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def issue_provisional_certificate(
    tx: Transaction,
    keyring: Keyring,
    evaluation_id: UUID,
    signatures: Signatures,
    *,
    public_url: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> tuple[Evaluation, str]:
    """The evaluation, which stays as it is, and the number of the paper, which is frozen and queued for print. One that
    the print role gave up is queued again as it was frozen: it can not be voided by itself and made anew.

    Raises NotFound, StaleVersion, CannotEvaluateOneself, CertificateIncomplete, ProvisionalCertificateIssued and the
    errors of check_provisional_paper.
    """
    declaration, evaluation = await lock_evaluation(tx, evaluation_id, expected_version, actor)
    if actor.person_id == declaration.person_id:
        raise CannotEvaluateOneself
    check_provisional_paper(evaluation.state, declaration.state, declaration.completion_deadline, now)
    if known := await provisional_certificates.select_file(tx, evaluation_id, declaration.institution_id):
        if not await print_again(tx, PROVISIONAL, evaluation_id, known.certificate_no, actor=actor, now=now):
            raise ProvisionalCertificateIssued
        return evaluation, known.certificate_no
    request = requested_certificate(keyring, declaration, evaluation, signatures, public_url)
    request = replace(request, result="provisional")
    paper = await freeze_certificate(tx, keyring, PROVISIONAL, evaluation_id, request, actor=actor, now=now)
    await provisional_certificates.insert(tx, evaluation_id, paper, actor.id, now)
    audit.record(
        tx,
        "evaluation.issue_provisional_certificate",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        certificate_no=paper.number,
    )
    return evaluation, paper.number
