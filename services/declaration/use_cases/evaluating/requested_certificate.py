"""What is to be certified of a judged evaluation: its words, and the probation as it stood when it was judged."""

from services.declaration.domain.evaluation import probation_of
from services.declaration.storage.evaluations import EvaluatedDeclaration, Evaluation
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.certificate_content import CertificateRequest, Signatures
from services.declaration.use_cases.evaluating.locked_evaluation import open_opinion
from shared.clock import SHANGHAI
from shared.security.keyring import Keyring


def requested_certificate(
    keyring: Keyring, declaration: EvaluatedDeclaration, evaluation: Evaluation, signatures: Signatures, public_url: str
) -> CertificateRequest:
    """Raises EvaluationStepNotAllowed before the judgement, and SealBroken."""
    content = open_handed_in(keyring, declaration.id, declaration.submission, declaration.content).content
    decided_on = evaluation.judged_at.astimezone(SHANGHAI).date()
    return CertificateRequest(
        declaration,
        probation_of(content, declaration.confirmed, decided_on, declaration.leave_days),
        open_opinion(keyring, evaluation),
        signatures,
        public_url,
    )
