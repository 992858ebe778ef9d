"""Candidates hear before their window closes of what they have begun and not submitted: what is missing, and until when
(4.9, A36)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError

from services.declaration.domain.cycle_errors import CatalogueMissing
from services.declaration.domain.sections import PARTS, part_of
from services.declaration.storage import declarations, known_people, submissions
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.submissions import Case
from services.declaration.storage.unfinished_drafts import KIND, UnfinishedDraft
from services.declaration.use_cases.submitting.preview_declaration import preview_case
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.declaration import DraftReminded
from shared.errors import TiroError, Unavailable
from shared.ids import DeclarationId, InstitutionId, PersonId
from shared.postgres.transaction import Transaction
from shared.reminding import reminders
from shared.reminding.steps import Span, days_until
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased

log = structlog.get_logger()


async def remind_drafts(
    tx: Transaction,
    span: Span,
    due: Sequence[UnfinishedDraft],
    now: datetime,
    *,
    keyring: Keyring,
    catalogues: CatalogueCache,
) -> None:
    """Judge each as a submission would, and tell its candidate. Whose key is not found is left out and counts as
    untold, who was erased is nobody to tell; that keeps nobody else waiting. Raises KeyMissing where the service has no
    keys at all: a fault of the deployment, which nobody should take for told."""
    for data_class in (declarations.DATA_CLASS, known_people.DATA_CLASS):
        keyring.active(data_class)
    unopened = []
    cases = await submissions.select_many(tx, [(one.id, one.person_id) for one in due])
    for one, case in zip(due, cases, strict=True):
        if case is None:
            raise RuntimeError("a locked declaration is there")
        try:
            lacks = await _lacks(tx, case, keyring, catalogues, now)
        except SubjectErased:
            continue
        except KeyMissing as error:
            log.error("draft_not_opened", declaration_id=str(one.id), error=type(error).__name__)
            unopened.append((one.id, one.ends_at))
            continue
        event = _event(one, span, lacks, now)
        outbox.add(tx, event)
        audit.record(
            tx,
            "declaration.remind_draft",
            actor=SYSTEM,
            subject_kind="declaration",
            subject_id=one.id,
            at=now,
            step=span.step,
            days=event.days,
        )
    if unopened:
        await reminders.delete(tx, KIND, span.step, unopened)


def _event(one: UnfinishedDraft, span: Span, lacks: dict[str, Any], now: datetime) -> DraftReminded:
    return DraftReminded(
        occurred_at=now,
        aggregate_version=one.version,
        declaration_id=DeclarationId(one.id),
        person_id=PersonId(one.person_id),
        institution_id=InstitutionId(one.institution_id),
        institution_name=one.institution_name,
        cycle_year=one.cycle_year,
        number=one.number,
        again=one.submission > 0,
        ends_at=one.ends_at,
        step=span.step,
        days=days_until(one.ends_at, now),
        **lacks,
    )


async def _lacks(
    tx: Transaction, case: Case, keyring: Keyring, catalogues: CatalogueCache, now: datetime
) -> dict[str, Any]:
    """What has problems, in the order in which it is filled in; or what stands before any judgement. One person's
    damaged content keeps nobody else waiting; an outage is not the person's. Raises KeyMissing and SubjectErased."""
    try:
        preview = await preview_case(tx, case, keyring=keyring, catalogues=catalogues, now=now)
    except (SealBroken, CatalogueMissing, ValidationError):
        return {"blocked_by": "unreadable"}
    except Unavailable:
        raise
    except TiroError as refusal:
        return {"blocked_by": refusal.code}
    found = {part_of(problem.pointer) for problem in preview.problems}
    return {"sections": [part for part in PARTS if part in found]}
