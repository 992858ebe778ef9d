"""Handlers: evaluate a probation, issue its certificate (4.6)."""

from services.declaration.api.schemas.evaluation import (
    CertificateBody,
    EvaluationBody,
    EvaluationView,
    FullYearBody,
    PrintView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.printing.certificate import EvaluationAspects
from services.declaration.storage import evaluations, print_queue, provisional_certificates
from services.declaration.storage.evaluations import Evaluation
from services.declaration.storage.print_jobs import PrintKind
from services.declaration.use_cases.evaluating.certificate_content import Signatures
from services.declaration.use_cases.evaluating.issue_certificate import issue_certificate
from services.declaration.use_cases.evaluating.issue_provisional_certificate import issue_provisional_certificate
from services.declaration.use_cases.evaluating.record_evaluation import Verdict, record_evaluation
from services.declaration.use_cases.evaluating.record_full_year import FullYear, record_full_year
from shared.errors import NotFound
from shared.web.call import Call


async def post_evaluation(call: Call[Dependencies], body: EvaluationBody) -> EvaluationView:
    """Say whether the person passed."""
    recorded = await record_evaluation(
        call.tx,
        call.deps.keyring,
        call.path_id("declaration_id"),
        Verdict(body.result, body.opinion, body.reason_code),
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(recorded, from_attributes=True)


async def get_evaluation(call: Call[Dependencies]) -> EvaluationView:
    """What the institution said about the last submission."""
    found = await evaluations.select_live(call.reader, call.path_id("declaration_id"), call.actor.scope_id)
    if found is None:
        raise NotFound
    provisional = await provisional_certificates.select_file(call.reader, found.id, call.actor.scope_id)
    kind: PrintKind = "certificate" if found.certificate_no or not provisional else "provisional_certificate"
    place = await print_queue.select_place(call.reader, kind, found.id)
    shown = None if place is None else PrintView.model_validate(place, from_attributes=True)
    number = provisional.certificate_no if provisional else None
    return _view(found, provisional_certificate_no=number, print=shown)


async def post_full_year_result(call: Call[Dependencies], body: FullYearBody) -> EvaluationView:
    """Turn a provisional certificate into the real one, or not."""
    completed = await record_full_year(
        call.tx,
        call.deps.keyring,
        call.path_id("evaluation_id"),
        FullYear(Verdict(body.result, body.opinion, body.reason_code), body.ended_on, _signatures(body)),
        public_url=call.deps.settings.public_url,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(completed, from_attributes=True)


async def post_certificate(call: Call[Dependencies], body: CertificateBody) -> EvaluationView:
    """Issue the certificate of a qualified evaluation and queue its print."""
    certified = await issue_certificate(
        call.tx,
        call.deps.keyring,
        call.path_id("evaluation_id"),
        _signatures(body),
        public_url=call.deps.settings.public_url,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return EvaluationView.model_validate(certified, from_attributes=True)


async def post_provisional_certificate(call: Call[Dependencies], body: CertificateBody) -> EvaluationView:
    """Number a fresh graduate's provisional certificate and queue its print."""
    evaluation, number = await issue_provisional_certificate(
        call.tx,
        call.deps.keyring,
        call.path_id("evaluation_id"),
        _signatures(body),
        public_url=call.deps.settings.public_url,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return _view(evaluation, provisional_certificate_no=number)


def _view(evaluation: Evaluation, **more: object) -> EvaluationView:
    return EvaluationView.model_validate(evaluation, from_attributes=True).model_copy(update=more)


def _signatures(body: CertificateBody) -> Signatures:
    return Signatures(
        body.responsible_person,
        body.legal_representative,
        EvaluationAspects(**body.aspects.model_dump()),
        body.institution_phone,
    )
