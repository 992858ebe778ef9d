"""Submit declarations, a window at a time: read, judge each, hand over those that pass. Two statements, the second one
commits (A26, A37, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.content import CONTENT, Content
from services.declaration.domain.cycle import require_submission_window
from services.declaration.domain.declaration import Action, transition
from services.declaration.domain.drafting_errors import DeclarationIncomplete, NoticeNotAccepted
from services.declaration.domain.standing_errors import BindingFrozen, BindingRequired, IdentityRequired
from services.declaration.storage import contents, known_people, snapshots, submissions
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.submissions import Case, Handover, Unit
from services.declaration.use_cases.submitting.assess_declaration import Assessment, assess_declaration
from services.declaration.use_cases.submitting.unanswered_reasons import unanswered_reasons
from shared import audit, outbox
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.declaration import DeclarationSubmitted
from shared.contracts.identity import PersonIdentity
from shared.errors import NotFound, StaleVersion, TiroError
from shared.ids import DeclarationId, PersonId
from shared.postgres.transaction import Transaction
from shared.postgres.window import Window
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Order:
    """What a candidate sends: which declaration, as last seen, and the notice that was accepted (A26)."""

    declaration_id: UUID
    expected_version: int
    notice_version: int
    accepted: bool
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A case in clear, parsed and as the JSON that was sealed: the snapshot keeps what was stored, byte for byte."""

    content: Content
    identity: PersonIdentity
    content_json: bytes
    identity_json: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was assigned."""

    number: str
    version: int
    submission: int


async def submit_declarations(
    window: Window, orders: Sequence[Order], *, keyring: Keyring, catalogues: CatalogueCache
) -> list[Submitted | TiroError]:
    """One receipt per order, or why it was refused: NotFound, StaleVersion, DeclarationNotEditable,
    DeclarationWindowClosed, ReviewDeadlinePassed, IdentityRequired, BindingRequired, BindingFrozen, NoticeNotAccepted,
    CategoryNotOffered, or DeclarationIncomplete with every problem at once."""
    cases = await submissions.select_to_submit(window, [(order.declaration_id, order.actor.id) for order in orders])
    versions = {case.versions for case in cases if case is not None}
    known = {pair: await catalogues.get_under(window, pair) for pair in versions}
    handovers, outcomes = list[Handover](), list[Submitted | TiroError]()
    for tx, order, case in zip(window.commands, orders, cases, strict=True):
        try:
            handover = _judge(order, case, known, keyring)
        except TiroError as refusal:
            outcomes.append(refusal)
        else:
            handovers.append(handover)
            outcomes.append(_tell(tx, handover))
    if handovers:
        submissions.insert(window, handovers)
    return outcomes


def _judge(order: Order, case: Case | None, known: Mapping[tuple[int, int], Catalogue], keyring: Keyring) -> Handover:
    if case is None:
        raise NotFound
    if case.version != order.expected_version:
        raise StaleVersion(current=case.version, state=case.state.value)
    transition(case.state, Action.SUBMIT)
    require_submission_window(case.cycle, first=case.submission == 0, now=order.now)
    unit = require_unit(case)
    if not order.accepted or case.notice_version is None or order.notice_version != case.notice_version:
        raise NoticeNotAccepted(current=case.notice_version or 0)
    opened = open_case(case, keyring)
    today = order.now.astimezone(SHANGHAI).date()
    catalogue = known[case.versions]
    assessment = assess_declaration(case, unit, opened.content, opened.identity, catalogue, today)
    if problems := (*unanswered_reasons(case, keyring), *assessment.problems):
        raise DeclarationIncomplete(problems=problems, count=len(problems))
    return Handover(
        case=case,
        actor=order.actor,
        at=order.now,
        unit=unit,
        notice_version=order.notice_version,
        fresh_graduate=opened.content.fresh_graduate,
        probation_months=assessment.time.at_registration.months,
        warnings=tuple(finding.rule for finding in assessment.warnings),
        content=_snapshot(case, opened, assessment, keyring),
    )


def require_unit(case: Case) -> Unit:
    """The bound unit. Raises IdentityRequired, BindingRequired, BindingFrozen (A6, A20, 4.3)."""
    if case.identity is None:
        raise IdentityRequired
    if case.unit is None:
        raise BindingRequired
    if case.unit.binding_state != "active":
        raise BindingFrozen
    return case.unit


def open_case(case: Case, keyring: Keyring) -> Opened:
    """Content and identity in clear. Raises IdentityRequired, SealBroken."""
    if case.identity is None:
        raise IdentityRequired
    content = contents.unseal_content(keyring, case.id, case.content)
    identity = known_people.unseal_identity(keyring, case.person_id, case.identity)
    return Opened(CONTENT.validate_json(content), PersonIdentity.model_validate_json(identity), content, identity)


def _snapshot(case: Case, opened: Opened, assessment: Assessment, keyring: Keyring) -> bytes:
    data = {
        "identity": orjson.Fragment(opened.identity_json),
        "content": orjson.Fragment(opened.content_json),
        "choice": {"exam_level": case.exam_level, "exam_category_code": case.category_code, "route": case.route},
        "documents": [str(file.id) for file in case.files],
        "months": assessment.time.at_registration.months,
        "days": assessment.time.at_registration.days,
        "allowed_by": assessment.verdict.allowed_by,
        "warnings": [finding.rule for finding in assessment.warnings],
    }
    return snapshots.seal_snapshot(keyring, case.id, case.submission + 1, data)


def _tell(tx: Transaction, handover: Handover) -> Submitted:
    case, unit = handover.case, handover.unit
    assert case.number is not None, "drawn by select_to_submit"
    submitted = Submitted(case.number, case.version + 1, case.submission + 1)
    audit.record(
        tx,
        "declaration.submit",
        actor=handover.actor,
        subject_kind="declaration",
        subject_id=case.id,
        at=handover.at,
        before=case.state.value,
        after="submitted",
        number=submitted.number,
        submission=submitted.submission,
        institution_id=str(unit.id),
        catalogue_version=case.catalogue_version,
        rules_version=case.rules_version,
        notice_version=handover.notice_version,
    )
    outbox.add(
        tx,
        DeclarationSubmitted(
            occurred_at=handover.at,
            aggregate_version=submitted.version,
            declaration_id=DeclarationId(case.id),
            person_id=PersonId(case.person_id),
            institution_id=unit.id,
            institution_name=unit.name,
            cycle_year=case.cycle.year,
            number=submitted.number,
            submission=submitted.submission,
            warnings=list(handover.warnings),
        ),
    )
    return submitted
