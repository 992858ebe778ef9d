"""From what the use cases return to what candidates see."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from services.declaration.api.schemas.drafting import (
    BindingView,
    ConfirmationView,
    CountView,
    DeclarationView,
    DetailView,
    DocumentView,
    GivenReasonView,
    IdentityView,
    IntervalView,
    MissingView,
    PreviewView,
    ProblemView,
    ProfileView,
    SectionView,
    StepView,
    TimelineView,
    WaitingView,
)
from services.declaration.domain.counting import Count
from services.declaration.domain.declaration import EDITABLE, STATE_ZH, WAITING, Action, State, allowed_actions
from services.declaration.domain.sections import by_part
from services.declaration.domain.standing_errors import (
    BindingFrozen,
    BindingRequired,
    IdentityRequired,
    IdentityRevoked,
)
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.documents import Document
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.storage.known_people import KnownPerson
from services.declaration.storage.prior_confirmations import PriorConfirmation, open_comment
from services.declaration.storage.timeline import TimelineEntry
from services.declaration.use_cases.drafting.view_declaration import Sight
from services.declaration.use_cases.reviewing.reasons import open_reasons
from services.declaration.use_cases.submitting.preview_declaration import Preview
from shared.contracts.identity import PersonIdentity
from shared.errors import FieldProblem, TiroError
from shared.masking import mask_document_no
from shared.security.keyring import Keyring
from shared.uploads.kinds import CONTENT_TYPES

_CANDIDATE_ACTIONS = (Action.SUBMIT, Action.WITHDRAW)


def profile_view(
    person: KnownPerson | None, binding: KnownBinding | None, language: str, *, revoked: bool
) -> ProfileView:
    """What is known and what is missing (A6, A22)."""
    missing: list[type[TiroError]] = []
    if revoked:
        missing.append(IdentityRevoked)
    elif person is None:
        missing.append(IdentityRequired)
    if binding is None:
        missing.append(BindingRequired)
    elif binding.state != "active":
        missing.append(BindingFrozen)
    return ProfileView(
        verified=person is not None and not revoked,
        name_masked=person.name_masked if person else None,
        document_type=person.document_type if person else None,
        document_no_masked=person.document_no_masked if person else None,
        verified_at=person.verified_at if person else None,
        binding=_binding_view(binding) if binding else None,
        missing=[MissingView(code=one.code, detail=one().sentence(language)) for one in missing],
    )


def declaration_view(declaration: Declaration, binding: KnownBinding | None = None) -> DeclarationView:
    """`binding` shows where an editable declaration would go."""
    goes = binding if binding is not None and declaration.state in EDITABLE else None
    possible = allowed_actions(declaration.state)
    return DeclarationView(
        id=declaration.id,
        number=declaration.number,
        state=declaration.state.value,
        state_zh=STATE_ZH[declaration.state],
        version=declaration.version,
        cycle_id=declaration.cycle_id,
        cycle_year=declaration.cycle_year,
        exam_level=declaration.exam_level,
        exam_category_code=declaration.exam_category_code,
        route=declaration.route,
        institution_id=goes.institution_id if goes else declaration.institution_id,
        institution_name=goes.institution_name if goes else declaration.institution_name,
        submission=declaration.submission,
        fresh_graduate=declaration.fresh_graduate,
        probation_months=declaration.probation_months,
        created_at=declaration.created_at,
        updated_at=declaration.updated_at,
        submitted_at=declaration.submitted_at,
        decided_at=declaration.decided_at,
        waiting_for=_waiting(declaration),
        actions=[one.value for one in _CANDIDATE_ACTIONS if one in possible],
    )


def detail_view(sight: Sight, keyring: Keyring, language: str) -> DetailView:
    """Everything on one page; sections only where they could be judged."""
    sections = None
    if sight.problems is not None:
        sections = section_views(sight.problems, language)
    return DetailView(
        declaration=declaration_view(sight.declaration, sight.binding),
        content=sight.content,
        documents=[document_view(one, keyring) for one in sight.documents],
        confirmations=[confirmation_view(one, sight.declaration.id, keyring) for one in sight.confirmations.values()],
        sections=sections,
        version=sight.declaration.version,
    )


def section_views(problems: Sequence[FieldProblem], language: str) -> list[SectionView]:
    """Problems by section of the form, or by what stands beside it."""
    return [
        SectionView(section=section, complete=not found, problems=problem_views(found, language))
        for section, found in by_part(problems).items()
    ]


def problem_views(problems: Iterable[FieldProblem], language: str) -> list[ProblemView]:
    """In the caller's language."""
    return [
        ProblemView(pointer=p.pointer, code=p.code, detail=p.message_zh if language == "zh" else p.message_en)
        for p in problems
    ]


def preview_view(preview: Preview, language: str) -> PreviewView:
    """The confirm page (A36)."""
    case, assessment = preview.case, preview.assessment
    return PreviewView(
        version=case.version,
        ready=not preview.problems,
        exam_level=case.exam_level,
        exam_category_code=case.category_code,
        route=case.route,
        institution_name=preview.unit.name,
        identity=identity_view(preview.identity),
        content=preview.content,
        at_registration=count_view(assessment.time.at_registration, case.cycle.registration_day),
        by_completion=count_view(assessment.time.by_completion, case.cycle.completion_day),
        allowed_by=list(assessment.verdict.allowed_by),
        problems=problem_views(preview.problems, language),
        warnings=problem_views((one.as_problem() for one in assessment.warnings), language),
        notice_version=case.notice_version,
    )


def identity_view(identity: PersonIdentity) -> IdentityView:
    """The name as it will be printed, the number masked."""
    return IdentityView(
        name=identity.name,
        document_type=identity.document_type,
        document_no_masked=mask_document_no(identity.document_no),
        sex=identity.sex,
        birth_date=identity.birth_date,
        ethnicity_code=identity.ethnicity_code,
    )


def document_view(document: Document, keyring: Keyring) -> DocumentView:
    """With the file's name opened."""
    return DocumentView(
        id=document.id,
        kind=document.kind,
        period_id=document.period_id,
        file_name=document.open_file_name(keyring),
        content_type=CONTENT_TYPES[document.file_kind],
        size=document.size,
        sha256=document.sha256,
        original_sha256=document.original_sha256,
        page_count=document.page_count,
        uploaded_at=document.uploaded_at,
    )


def confirmation_view(confirmation: PriorConfirmation, declaration_id: UUID, keyring: Keyring) -> ConfirmationView:
    """One earlier row (4.5)."""
    return ConfirmationView(
        period_id=confirmation.period_id,
        state=confirmation.state,
        reason_code=confirmation.reason_code,
        text=open_comment(keyring, declaration_id, confirmation),
        decided_at=confirmation.decided_at,
        asked_at=confirmation.asked_at,
        request_ends_at=confirmation.request_ends_at,
        request_expired_at=confirmation.request_expired_at,
        voided_at=confirmation.voided_at,
        voided_state=confirmation.voided_state,
    )


def timeline_view(declaration: Declaration, steps: Sequence[TimelineEntry], keyring: Keyring) -> TimelineView:
    """A39, A43."""
    return TimelineView(
        state=declaration.state.value,
        state_zh=STATE_ZH[declaration.state],
        waiting_for=_waiting(declaration),
        items=[_step(declaration, one, keyring) for one in steps],
    )


def _step(declaration: Declaration, entry: TimelineEntry, keyring: Keyring) -> StepView:
    reasons = open_reasons(keyring, declaration.id, entry.version, entry.reasons)
    return StepView(
        at=entry.at,
        action=entry.action,
        role=entry.role,
        from_state=entry.from_state,
        to_state=entry.to_state,
        to_state_zh=STATE_ZH[State(entry.to_state)],
        reason_codes=entry.reason_codes,
        reasons=[GivenReasonView(**asdict(one)) for one in reasons],
    )


def _waiting(declaration: Declaration) -> WaitingView | None:
    if declaration.state not in WAITING or declaration.submitted_at is None:
        return None
    return WaitingView(institution_name=declaration.institution_name, since=declaration.submitted_at)


def _binding_view(binding: KnownBinding) -> BindingView:
    return BindingView(
        institution_id=binding.institution_id,
        institution_name=binding.institution_name,
        state=binding.state,
        bound_at=binding.bound_at,
    )


def count_view(count: Count, until: date) -> CountView:
    """Time counted until a cut-off."""
    return CountView(
        until=until,
        days=count.days,
        months=count.months,
        full_year=count.full_year,
        intervals=[IntervalView(first_day=first, last_day=last) for first, last in count.intervals],
    )
