"""Compare versions of a declaration: what is handed in with what was, each reason of the return in between beside its
answer and the changes it led to (4.4, P18). The candidate sees it before signing, the reviewer before deciding."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import EDITABLE, Action
from services.declaration.domain.field_labels import Words
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.domain.standing_errors import IdentityRequired
from services.declaration.domain.version_difference import (
    FileOfVersion,
    Version,
    VersionDifference,
    pointer_in,
    version_difference,
)
from services.declaration.storage import contents, declarations, documents, known_people, reason_answers, snapshots
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.documents import Document
from services.declaration.storage.reason_answers import Answer, ReturnStep
from services.declaration.use_cases.reviewing.reasons import open_reasons
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring

_EVER = 2**62


@dataclass(frozen=True, slots=True)
class AnsweredReason:
    """A reason of the return, what the candidate answered to it, and where in the difference it shows."""

    place: int
    given: GivenReason
    answer: Answer | None
    explanation: str
    answered_at: datetime | None
    changes: list[int]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`since` is the earlier submission, None when there is none; `submission` the later, None for the draft of now."""

    declaration: Declaration
    since: int | None
    submission: int | None
    difference: VersionDifference
    reasons: list[AnsweredReason]
    reason_words: dict[str, Words]
    kind_words: dict[str, Words]


async def compare_own_versions(
    reader: Reader, declaration_id: UUID, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor
) -> Comparison:
    """A draft with the last submission, or the last two submissions once it is handed in. Raises NotFound,
    IdentityRequired."""
    own = await declarations.select_own(reader, declaration_id, actor.id)
    if own.state not in EDITABLE:
        return await _submissions(reader, own, own.submission - 1, keyring, catalogues)
    before = await _handed_in(reader, keyring, own, own.submission) if own.submission else None
    after = await _now(reader, keyring, own)
    return await _compared(reader, own, (own.submission, None), (before, after), _EVER, keyring, catalogues)


async def compare_submissions(
    tx: Transaction,
    declaration_id: UUID,
    since: int | None,
    *,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Comparison:
    """For a reviewer of the unit: the last submission with the one before, or with an earlier one, of those handed in
    to it; the look is audited (V64). Raises NotFound."""
    declaration = await declarations.select_in_institution(tx, declaration_id, scope_of(actor))
    unit, last = declaration.institution_id, declaration.submission - 1
    up_to = last if since is None else min(since, last)
    earlier = await snapshots.select_last_of_unit(tx, declaration.id, unit, up_to) or 0
    if since is not None and earlier != since:
        raise NotFound
    audit.record(
        tx,
        "declaration.compare",
        actor=actor,
        subject_kind="declaration",
        subject_id=declaration.id,
        at=now,
        since=earlier,
        submission=declaration.submission,
    )
    return await _submissions(tx, declaration, earlier, keyring, catalogues, unit)


async def _submissions(
    reader: Reader,
    declaration: Declaration,
    earlier: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    unit: UUID | None = None,
) -> Comparison:
    if not declaration.submission:
        raise NotFound
    before = await _handed_in(reader, keyring, declaration, earlier) if earlier > 0 else None
    after = await _handed_in(reader, keyring, declaration, declaration.submission)
    version = await snapshots.select_version(reader, declaration.id, declaration.submission)
    pair = (earlier, declaration.submission)
    return await _compared(reader, declaration, pair, (before, after), version, keyring, catalogues, unit)


async def _compared(
    reader: Reader,
    declaration: Declaration,
    submissions: tuple[int, int | None],
    versions: tuple[Version | None, Version],
    until_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    unit: UUID | None = None,
) -> Comparison:
    before, after = versions
    difference = VersionDifference() if before is None else version_difference(before, after)
    catalogue = await catalogues.get(reader, declaration.catalogue_version)
    step = await reason_answers.select_return(reader, declaration.id, until_version, unit)
    return Comparison(
        declaration=declaration,
        since=submissions[0] or None,
        submission=submissions[1],
        difference=difference,
        reasons=await _reasons(reader, declaration, before or after, after, difference, step, keyring),
        reason_words=catalogue.reason_words(Action.RETURN.value),
        kind_words={kind: Words(one.name_zh, one.name_en) for kind, one in catalogue.document_kinds.items()},
    )


async def _reasons(
    reader: Reader,
    declaration: Declaration,
    before: Version,
    after: Version,
    difference: VersionDifference,
    step: ReturnStep | None,
    keyring: Keyring,
) -> list[AnsweredReason]:
    if step is None:
        return []
    answers = await reason_answers.select(reader, declaration.id, step.version)
    found = []
    for place, given in enumerate(open_reasons(keyring, declaration.id, step.version, step.reasons)):
        row, pointer = answers.get(place), pointer_in(after, before, given.pointer)
        found.append(
            AnsweredReason(
                place=place,
                given=given,
                answer=row.answer if row else None,
                explanation=reason_answers.open_explanation(keyring, declaration.id, step.version, row) if row else "",
                answered_at=row.answered_at if row else None,
                changes=difference.touches(pointer),
                is_changed=difference.answers(pointer),
            )
        )
    return found


async def _handed_in(reader: Reader, keyring: Keyring, declaration: Declaration, submission: int) -> Version:
    snapshot = await snapshots.select(reader, keyring, declaration.id, submission)
    files = await documents.select_snapshot(reader, declaration.id, snapshot.document_ids)
    return Version(snapshot.identity, snapshot.content, snapshot.choice, tuple(map(_file, files)))


async def _now(reader: Reader, keyring: Keyring, own: Declaration) -> Version:
    content = await contents.select(reader, keyring, own.id)
    if (person := await known_people.select(reader, own.person_id)) is None:
        raise IdentityRequired
    identity = known_people.open_identity(keyring, own.person_id, person.identity)
    choice = {"exam_level": own.exam_level, "exam_category_code": own.exam_category_code, "route": own.route}
    files = await documents.select_all(reader, own.id)
    return Version(identity, content, choice, tuple(map(_file, files)))


def _file(document: Document) -> FileOfVersion:
    return FileOfVersion(document.id, document.kind, document.period_id, document.sha256)
