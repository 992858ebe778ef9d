"""Tell the national network where people stand in an exam year, a window of questions at a time: one statement reads,
one logs and commits, the same for known and unknown people (4.10, B12, C5, C7, C8, V28)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from services.declaration.domain.status import NOTHING, NonceUsed, StatusAnswer, same_name, spellings
from services.declaration.domain.status_form import declared_form, differing_fields
from services.declaration.storage import known_exempt_people, known_people, status, status_calls
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.storage.status import Found, StatusCase, Wanted
from services.declaration.storage.status_calls import CallEntry
from services.declaration.use_cases.status.answer_of import answer_of
from services.declaration.use_cases.status.pace import Pace
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.errors import LimitReached, TiroError
from shared.ids import new_id
from shared.postgres.window import Window
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal
from shared.security.subject_keys import SubjectErased
from shared.web.cursors import CursorInvalid

_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """Who is asked about, and by whom. The number leaves this object as a keyed hash only. `form`: the fields of the
    national form to compare, None for a plain question."""

    document_type: str
    document_no: str
    name: str
    exam_year: int
    nonce: UUID
    actor: Actor
    now: datetime
    form: Mapping[str, str] | None = None


async def answer_questions(
    window: Window, questions: Sequence[Question], keyring: Keyring, calls_per_minute: int
) -> list[StatusAnswer | TiroError]:
    """One answer per question, or LimitReached, NonceUsed; every one is logged. Unknown people, unknown years, people
    of other jurisdictions and names that do not agree look the same. Raises SealBroken."""
    clients = [one.actor.id for one in questions]
    now = max(one.now for one in questions)
    pace = await Pace.read(window, clients, calls_per_minute, now)
    cases = await status.select_cases(window, [_wanted(keyring, one) for one in questions])
    answers, calls, seen = list[StatusAnswer | TiroError](), list[CallEntry](), set[tuple[UUID, UUID]]()
    for command, question, case in zip(window.commands, questions, cases, strict=True):
        key = (question.actor.id, question.nonce)
        answer = await _answer(keyring, pace, question, replace(case, nonce_used=case.nonce_used or key in seen))
        seen.add(key)
        answers.append(answer)
        calls.append(_entry(question, answer, command.correlation_id))
    status_calls.insert_window(window, calls, pace.paced(), now)
    return answers


def _wanted(keyring: Keyring, question: Question) -> Wanted:
    index = blind_index(keyring, "index_person", "document_no", question.document_no)
    names = [blind_index(keyring, "index_person", "name", one) for one in spellings(question.name)]
    return Wanted(
        question.actor.id,
        question.nonce,
        question.document_type,
        index,
        names,
        question.exam_year,
        question.actor.scope_id,
        question.form is not None,
    )


async def _answer(keyring: Keyring, pace: Pace, question: Question, case: StatusCase) -> StatusAnswer | TiroError:
    if (refusal := pace.refusal(question.actor.id)) is not None:
        return refusal
    if case.nonce_used:
        return NonceUsed()
    answer = await _told(keyring, question, case)
    pace.spend(question.actor.id, missed=answer is NOTHING)
    return answer


async def _told(keyring: Keyring, question: Question, case: StatusCase) -> StatusAnswer:
    exempt = case.exempt if await _agrees_exempt(keyring, question, case) else None
    if not _agrees(keyring, question, case.found) or case.found is None:
        if exempt is None:
            return NOTHING
        # Somebody who declares elsewhere and has nothing here (A17).
        return StatusAnswer("exempt_channel", updated_at=exempt.changed_at, record_version=exempt.version)
    answer = answer_of(keyring, case.found, question.now, exempt=exempt is not None)
    if question.form is None or case.found.handed_in is None:
        return answer
    return replace(answer, differing_fields=_differing(keyring, question.form, case.found, case.found.handed_in))


def _agrees(keyring: Keyring, question: Question, found: Found | None) -> bool:
    """Whether the name is that of who was found. Where nobody was, as much is opened and compared."""
    if found is None or found.identity is None:
        person_id, identity = _NOBODY, _decoy(keyring)
    else:
        person_id, identity = found.person_id, found.identity
    return same_name(question.name, known_people.open_identity(keyring, person_id, identity).name)


@lru_cache(maxsize=2)
def _decoy(keyring: Keyring) -> bytes:
    nobody = PersonIdentity(name="-", document_type="resident_id", document_no="-", sex="0", birth_date="1900-01-01")
    place = known_people.identity_place(_NOBODY)
    return seal(keyring, known_people.DATA_CLASS, place, nobody.model_dump_json().encode())


async def _agrees_exempt(keyring: Keyring, question: Question, case: StatusCase) -> bool:
    if case.exempt is None:
        return False
    try:
        return same_name(question.name, (await known_exempt_people.open_person(keyring, case.exempt)).name)
    except SubjectErased:
        # The account was closed and is about to be forgotten here too (V58).
        return False


def _differing(keyring: Keyring, form: Mapping[str, str], found: Found, sealed: bytes) -> tuple[str, ...]:
    handed_in = open_handed_in(keyring, found.declaration_id, found.submission, sealed)
    # The row goes on with an open draft; it answers for submissions from before a snapshot kept what was chosen.
    row = {
        "exam_level": found.exam_level,
        "exam_category_code": found.exam_category_code,
        "route": found.route,
        **(handed_in.choice or {}),
        "institution_name": found.handed_in_to or found.institution_name,
        "institution_code": found.handed_in_to_code or found.institution_code,
        "months_counted": found.months_counted if found.months_counted is not None else handed_in.months,
    }
    return differing_fields(form, declared_form(handed_in.identity, handed_in.content, row))


def _entry(question: Question, answer: StatusAnswer | TiroError, request_id: str) -> CallEntry:
    told = answer if isinstance(answer, StatusAnswer) else None
    return CallEntry(
        id=new_id(),
        client_id=question.actor.id,
        client_scope_id=question.actor.scope_id,
        asked_at=question.now,
        kind="query" if question.form is None else "comparison",
        exam_year=question.exam_year,
        with_name=True,
        outcome=told.status if told else outcome_of(answer),
        declaration_id=told.record_id if told else None,
        record_version=told.record_version if told else None,
        records=None,
        nonce=question.nonce if told else None,
        request_id=request_id,
    )


def outcome_of(refusal: object) -> str:
    """How a call that got no answer stands in the log."""
    if isinstance(refusal, CursorInvalid):
        return refusal.code
    return "refused" if isinstance(refusal, LimitReached) else "replayed"
