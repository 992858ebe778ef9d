"""The evaluation that a step works on: locked after its declaration, inside the institution, at the version seen."""

from datetime import date
from uuid import UUID

from services.declaration.domain.evaluation import EvaluatedProbation, Probation
from services.declaration.domain.evaluation_errors import EvaluationStepNotAllowed
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import EvaluatedDeclaration, Evaluation
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


async def lock_evaluation(
    tx: Transaction, evaluation_id: UUID, expected_version: int, actor: Actor
) -> tuple[EvaluatedDeclaration, Evaluation]:
    """Raises NotFound, StaleVersion, and EvaluationStepNotAllowed when the declaration was handed in again since."""
    declaration_id = await evaluations.select_declaration_of(tx, evaluation_id, actor.scope_id)
    declaration = declaration_id and await evaluations.lock_declaration(tx, declaration_id, actor.scope_id)
    evaluation = declaration and await evaluations.lock_live(tx, declaration.id)
    if not declaration or not evaluation or evaluation.id != evaluation_id:
        raise NotFound
    if evaluation.version != expected_version:
        raise StaleVersion(current=evaluation.version, state=evaluation.state.value)
    if evaluation.submission != declaration.submission:
        raise EvaluationStepNotAllowed(state="outdated", state_zh="已被新的提交取代")
    return declaration, evaluation


def facts_of(
    declaration: EvaluatedDeclaration, probation: Probation, *, is_upgrade: bool, actor: Actor, today: date
) -> EvaluatedProbation:
    """What the guards of 4.6 look at."""
    return EvaluatedProbation(
        declaration_state=declaration.state,
        probation=probation,
        fresh_graduate=declaration.fresh_graduate,
        has_undertaking=declaration.has_undertaking,
        is_assistant_upgrade=is_upgrade,
        exam_year=declaration.cycle_year,
        is_own_record=actor.person_id == declaration.person_id,
        institution_active=declaration.institution_state == "active",
        profile_complete=declaration.profile_complete,
        today=today,
    )


def opinion_place(evaluation_id: UUID) -> str:
    """Where the sealed opinion belongs."""
    return f"evaluation.opinion:{evaluation_id}"


def open_opinion(keyring: Keyring, evaluation: Evaluation) -> str:
    """The institution's words, empty before it judged. Raises SealBroken."""
    if evaluation.opinion is None:
        return ""
    return unseal_text(keyring, "declaration", opinion_place(evaluation.id), evaluation.opinion)
