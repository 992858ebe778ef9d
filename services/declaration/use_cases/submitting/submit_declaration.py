"""Submit a declaration: read, judge, hand over. Two statements, the second one commits (A26, A37, 4.4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from services.declaration.domain.content import Content
from services.declaration.domain.cycle import require_submission_window
from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.errors import (
    BindingFrozen,
    BindingRequired,
    DeclarationIncomplete,
    IdentityRequired,
    NoticeNotAccepted,
)
from services.declaration.storage import contents, known_people, snapshots, submissions
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.submissions import Case, Handover, Submitted, Unit
from services.declaration.use_cases.submitting.assess_declaration import Assessment, assess_declaration
from shared import audit, outbox
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.declaration import DeclarationSubmitted
from shared.contracts.identity import PersonIdentity
from shared.ids import DeclarationId, PersonId
from shared.postgres.single_statement import SingleStatement
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Order:
    """What the candidate sends: which declaration, as last seen, and the notice that was accepted (A26)."""

    declaration_id: UUID
    expected_version: int
    notice_version: int
    accepted: bool


async def submit_declaration(
    tx: SingleStatement, order: Order, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Submitted:
    """The receipt. Raises NotFound, StaleVersion, DeclarationNotEditable, DeclarationWindowClosed,
    ReviewDeadlinePassed, IdentityRequired, BindingRequired, BindingFrozen, NoticeNotAccepted, CategoryNotOffered, and
    DeclarationIncomplete with every problem at once."""
    case = await submissions.select_to_submit(tx, order.declaration_id, actor.id, order.expected_version)
    transition(case.state, Action.SUBMIT)
    require_submission_window(case.cycle, first=case.submission == 0, now=now)
    unit = require_unit(case)
    if not order.accepted or case.notice_version is None or order.notice_version != case.notice_version:
        raise NoticeNotAccepted(current=case.notice_version or 0)
    catalogue = await catalogues.get(tx, case.catalogue_version)
    content, identity = open_case(case, keyring)
    assessment = assess_declaration(case, unit, content, identity, catalogue, now.astimezone(SHANGHAI).date())
    if assessment.problems:
        raise DeclarationIncomplete(problems=assessment.problems, count=len(assessment.problems))
    handover = Handover(
        unit=unit,
        notice_version=order.notice_version,
        fresh_graduate=content.fresh_graduate,
        probation_months=assessment.time.at_registration.months,
        content=_snapshot(case, content, identity, assessment, keyring),
    )
    submitted = submissions.insert(tx, case, handover, actor, now)
    _tell(tx, case, unit, submitted, actor, now)
    return submitted


def require_unit(case: Case) -> Unit:
    """The bound unit. Raises IdentityRequired, BindingRequired, BindingFrozen (A6, A20, 4.3)."""
    if case.identity is None:
        raise IdentityRequired
    if case.unit is None:
        raise BindingRequired
    if case.unit.binding_state != "active":
        raise BindingFrozen
    return case.unit


def open_case(case: Case, keyring: Keyring) -> tuple[Content, PersonIdentity]:
    """Content and identity in clear. Raises IdentityRequired, SealBroken."""
    if case.identity is None:
        raise IdentityRequired
    identity = known_people.open_identity(keyring, case.person_id, case.identity)
    return contents.open_content(keyring, case.id, case.content), identity


def _snapshot(
    case: Case, content: Content, identity: PersonIdentity, assessment: Assessment, keyring: Keyring
) -> bytes:
    data = {
        "identity": orjson.Fragment(identity.model_dump_json()),
        "content": orjson.Fragment(content.model_dump_json()),
        "documents": [str(file.id) for file in case.files],
        "months": assessment.time.at_registration.months,
        "days": assessment.time.at_registration.days,
        "allowed_by": assessment.verdict.allowed_by,
        "warnings": [finding.rule for finding in assessment.warnings],
    }
    return snapshots.seal_snapshot(keyring, case.id, case.submission + 1, data)


def _tell(tx: Transaction, case: Case, unit: Unit, submitted: Submitted, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        "declaration.submit",
        actor=actor,
        subject_kind="declaration",
        subject_id=case.id,
        at=now,
        before=case.state.value,
        after="submitted",
        number=submitted.number,
        submission=submitted.submission,
        institution_id=str(unit.id),
        catalogue_version=case.catalogue_version,
        notice_version=case.notice_version,
    )
    outbox.add(
        tx,
        DeclarationSubmitted(
            occurred_at=now,
            aggregate_version=submitted.version,
            declaration_id=DeclarationId(case.id),
            person_id=PersonId(case.person_id),
            institution_id=unit.id,
            institution_name=unit.name,
            cycle_year=case.cycle.year,
            number=submitted.number,
            submission=submitted.submission,
        ),
    )
