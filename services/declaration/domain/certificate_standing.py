"""What a printed certificate is worth today, whatever the paper says (B10, 4.6)."""

from datetime import date
from enum import StrEnum

from services.declaration.domain.evaluation import FULLY_QUALIFIED, EvaluationState


class CertificateStanding(StrEnum):
    """What whoever holds the paper is told."""

    VALID = "valid"
    VOIDED = "voided"
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"


def certificate_standing(
    state: EvaluationState, declaration_state: str, cycle_year: int, today: date, *, replaced: bool
) -> CertificateStanding:
    """`replaced`: the same declaration has another certificate that was not voided. A certificate proves something in
    its year only, and nothing for a declaration that lapsed or was revoked."""
    if state is EvaluationState.VOIDED and replaced:
        return CertificateStanding.SUPERSEDED
    if declaration_state == "revoked" or state not in FULLY_QUALIFIED | {EvaluationState.LAPSED}:
        return CertificateStanding.VOIDED
    if state is EvaluationState.LAPSED or declaration_state == "lapsed" or today.year > cycle_year:
        return CertificateStanding.LAPSED
    return CertificateStanding.VALID
