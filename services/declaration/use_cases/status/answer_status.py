"""Tell the national network where a person stands in an exam year (4.10, B12, C7, V28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.declaration.domain.status import MISSES_PER_HOUR, NOTHING, StatusAnswer, same_name, value_of
from services.declaration.storage import known_exempt_people, status
from services.declaration.storage.contents import open_content
from services.declaration.storage.known_exempt_people import ExemptFound
from services.declaration.storage.known_people import open_identity
from services.declaration.storage.status import CallEntry, Found
from shared.actor import Actor
from shared.errors import LimitReached
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_keys import SubjectErased

_HOUR: Final = timedelta(hours=1)
_STEP: Final = _HOUR / MISSES_PER_HOUR


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """Who is asked about. The number never leaves this object but as a keyed hash."""

    document_type: str
    document_no: str
    exam_year: int
    name: str | None


async def answer_status(
    tx: Transaction, keyring: Keyring, question: Question, *, actor: Actor, now: datetime
) -> StatusAnswer | LimitReached:
    """The answer, logged. Unknown people, unknown years and names that do not agree look the same.

    A client that got too many empty answers is given a LimitReached as a value: raising would undo the log entry.
    """
    client = actor.id.bytes
    ahead = await status.select_misses_ahead(tx, client, now)
    if ahead >= _HOUR:
        await _log(tx, question, "refused", None, actor, now)
        return LimitReached(retry_after=max(1, int((ahead - _HOUR).total_seconds())))
    index = blind_index(keyring, "index_person", "document_no", question.document_no)
    found = await status.select_declaration(tx, index, question.document_type, question.exam_year, actor.scope_id)
    if found is not None and not _agrees(keyring, question, found):
        found = None
    exempt = await known_exempt_people.select_by_document(tx, index, question.document_type, question.exam_year)
    if exempt is not None and not await _agrees_exempt(keyring, question, exempt):
        exempt = None
    answer = _answer(keyring, found, exempt) if found else _exempt_answer(exempt)
    await _log(tx, question, answer.status, found, actor, now)
    if answer is NOTHING:
        await status.insert_miss(tx, client, now, _STEP, _HOUR)
    return answer


def _agrees(keyring: Keyring, question: Question, found: Found) -> bool:
    if question.name is None:
        return True
    return same_name(question.name, open_identity(keyring, found.person_id, found.identity).name)


async def _agrees_exempt(keyring: Keyring, question: Question, exempt: ExemptFound) -> bool:
    if question.name is None:
        return True
    try:
        return same_name(question.name, (await known_exempt_people.open_person(keyring, exempt)).name)
    except SubjectErased:
        # The account was closed and is about to be forgotten here too (V58).
        return False


def _exempt_answer(exempt: ExemptFound | None) -> StatusAnswer:
    """Somebody who declares elsewhere and has nothing here (A17)."""
    if exempt is None:
        return NOTHING
    return StatusAnswer("exempt_channel", updated_at=exempt.changed_at, record_version=exempt.version)


def _answer(keyring: Keyring, found: Found, exempt: ExemptFound | None) -> StatusAnswer:
    value = value_of(found.state, found.evaluation_state)
    if value == "in_progress" and found.content is not None:
        # A17: people in the military fill in their probation on the provincial network.
        content = open_content(keyring, found.declaration_id, found.content)
        value = "exempt_channel" if content.is_active_military or exempt else value
    return StatusAnswer(
        status=value,
        exam_level=found.exam_level,
        exam_category_code=found.exam_category_code,
        institution_name=found.institution_name,
        institution_code=found.institution_code,
        exam_site_code=found.exam_site_code,
        months_counted=found.months_counted,
        certificate_no=found.certificate_no,
        updated_at=found.updated_at,
        record_version=found.record_version,
    )


async def _log(
    tx: Transaction, question: Question, outcome: str, found: Found | None, actor: Actor, now: datetime
) -> None:
    await status.insert_call(
        tx,
        CallEntry(
            id=new_id(),
            client_id=actor.id,
            asked_at=now,
            exam_year=question.exam_year,
            with_name=question.name is not None,
            outcome=outcome,
            declaration_id=found.declaration_id if found else None,
            record_version=found.record_version if found else None,
        ),
    )
