"""A fresh graduate's year is full: the result that turns the provisional certificate into the real one (4.6, R08)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.declaration.domain.evaluation import (
    EvaluationState,
    EvaluationStep,
    Probation,
    check_certifiable,
    check_full_year_result,
    probation_of,
    step_to,
    with_current_end,
)
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import Evaluation, Judgement
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.certificate_content import OF_THE_YEAR, CertificateRequest, Signatures
from services.declaration.use_cases.evaluating.freeze_certificate import freeze_certificate
from services.declaration.use_cases.evaluating.locked_evaluation import (
    facts_of,
    lock_evaluation,
    opinion_place,
)
from services.declaration.use_cases.evaluating.record_evaluation import Verdict
from services.declaration.use_cases.evaluating.tell_judgement import tell_judgement
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


@dataclass(frozen=True, slots=True)
class FullYear:
    """The verdict ("qualified" or "unqualified"), the last day of the probation here as the unit certifies it, and who
    signs the certificate."""

    verdict: Verdict
    ended_on: date
    signatures: Signatures


async def record_full_year(
    tx: Transaction,
    keyring: Keyring,
    evaluation_id: UUID,
    full_year: FullYear,
    *,
    public_url: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Complete or fail a provisional evaluation; completing numbers the certificate.

    Raises NotFound, StaleVersion, EvaluationStepNotAllowed, the errors of check_full_year_result, and of a year that
    was passed DeclarationNotCertifiable.
    """
    declaration, evaluation = await lock_evaluation(tx, evaluation_id, expected_version, actor)
    verdict, passed = full_year.verdict, full_year.verdict.result == "qualified"
    after = step_to(evaluation.state, EvaluationStep.COMPLETE if passed else EvaluationStep.FAIL_FULL_YEAR)
    content = open_handed_in(keyring, declaration.id, declaration.submission, declaration.content).content
    probation = probation_of(
        with_current_end(content, full_year.ended_on), declaration.confirmed, now.date(), declaration.leave_days
    )
    facts = facts_of(declaration, probation, is_upgrade=False, actor=actor, today=now.date())
    check_full_year_result(verdict.result, verdict.reason_code, facts, declaration.completion_deadline, now)
    if passed:
        check_certifiable(declaration.state)
    judgement = _judgement(keyring, evaluation, after, verdict, probation, actor, now)
    version = await evaluations.update_judged(tx, evaluation_id, judgement)
    number = None
    if passed:
        request = CertificateRequest(declaration, probation, verdict.opinion, full_year.signatures, public_url)
        certificate = await freeze_certificate(tx, keyring, OF_THE_YEAR, evaluation_id, request, actor=actor, now=now)
        number = certificate.number
        version = await evaluations.update_certified(tx, evaluation_id, after, certificate, now)
    tell_judgement(tx, evaluation_id, version, declaration, verdict.result, evaluation.state, judgement, actor)
    return replace(
        evaluation,
        state=after,
        version=version,
        months_counted=probation.months,
        certificate_no=number,
        decided_at=now,
    )


def _judgement(
    keyring: Keyring,
    evaluation: Evaluation,
    after: EvaluationState,
    verdict: Verdict,
    probation: Probation,
    actor: Actor,
    now: datetime,
) -> Judgement:
    return Judgement(
        state=after,
        submission=evaluation.submission,
        months_counted=probation.months,
        reason_code=verdict.reason_code,
        opinion=seal_text(keyring, "declaration", opinion_place(evaluation.id), verdict.opinion),
        by=actor.id,
        at=now,
    )
