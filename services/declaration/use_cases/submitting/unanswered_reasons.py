"""The reasons of a return that wait for the candidate's answer: they block a submission like a missing field."""

from services.declaration.storage.submissions import Case
from services.declaration.use_cases.reviewing.reasons import open_reasons
from shared.errors import FieldProblem
from shared.security.keyring import Keyring


def unanswered_reasons(case: Case, keyring: Keyring) -> tuple[FieldProblem, ...]:
    """One problem per reason without an answer, by its place (4.4). Raises SealBroken."""
    if case.returned is None:
        return ()
    step = case.returned
    given = open_reasons(keyring, case.id, step.version, step.reasons)
    return tuple(_problem(place) for place in range(len(given)) if place not in step.answered)


def _problem(place: int) -> FieldProblem:
    return FieldProblem(
        f"/reasons/{place}",
        "reason_unanswered",
        f"退回原因第 {place + 1} 条尚未答复，请说明已如何修改，或说明未修改的理由。",
        f"Reason {place + 1} of the return has no answer yet; say that it was changed, or why not.",
    )
