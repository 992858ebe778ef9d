"""Answer the reasons of a return one by one: changed, or explained why not (4.4). Submission waits for all of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from services.declaration.domain.answer_errors import AnswersNotComplete, DeclarationNotReturned
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.storage import contents, declarations, reason_answers
from services.declaration.storage.reason_answers import NewAnswer
from services.declaration.use_cases.reviewing.reasons import open_reasons
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def answer_reasons(
    tx: Transaction,
    declaration_id: UUID,
    answers: Sequence[NewAnswer],
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> int:
    """The new version. Some answers may be given now and others later. Raises NotFound, StaleVersion,
    DeclarationNotReturned, AnswersNotComplete."""
    declaration = await declarations.lock_own(tx, declaration_id, actor.id, expected_version)
    step = await reason_answers.select_return(tx, declaration.id, declaration.version + 1)
    if declaration.state is not State.RETURNED or step is None:
        raise DeclarationNotReturned(state=declaration.state.value, state_zh=STATE_ZH[declaration.state])
    given = open_reasons(keyring, declaration.id, step.version, step.reasons)
    if problems := list(_problems(answers, len(given))):
        raise AnswersNotComplete(problems=problems)
    await reason_answers.upsert(tx, keyring, declaration.id, step.version, answers, now)
    version = await contents.touch(tx, declaration.id, now)
    audit.record(
        tx,
        "declaration.answer_reasons",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        returned_in_version=step.version,
        answered=",".join(f"{one.place}:{one.answer}" for one in answers),
    )
    return version


def _problems(answers: Sequence[NewAnswer], given: int) -> Iterator[FieldProblem]:
    seen: set[int] = set()
    for number, one in enumerate(answers):
        if one.place >= given or one.place in seen:
            yield FieldProblem(
                f"/answers/{number}/place",
                "reason_unknown",
                "没有这条退回原因，或同一原因答复了两次；请刷新后重试。",
                "There is no such reason, or it is answered twice; refresh and try again.",
            )
        elif one.answer == "explained" and not one.explanation:
            yield FieldProblem(
                f"/answers/{number}/explanation",
                "explanation_required",
                "未修改的，请说明理由。",
                "Where nothing was changed, say why.",
            )
        seen.add(one.place)
