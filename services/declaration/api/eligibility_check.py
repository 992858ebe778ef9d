"""Handlers for those who have not declared yet: the self-check and the early checklist."""

from collections.abc import Iterable
from datetime import timedelta

from services.declaration.api.drafting_views import count_view
from services.declaration.api.schemas.eligibility_check import (
    CheckBody,
    CheckView,
    CircumstanceView,
    EarlyChecklistView,
    EarlyDocumentView,
    NeededDocumentView,
    RuleVerdictView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.early_checklist import LeadTime
from services.declaration.domain.self_check import Told, is_eligible
from services.declaration.use_cases.eligibility.check_eligibility import (
    Asked,
    Check,
    check_eligibility,
    count_check,
)
from services.declaration.use_cases.eligibility.view_early_checklist import EarlyChecklist, view_early_checklist
from shared.web.call import Call, Language
from shared.web.reading import parse_body, read_raw

_BODY_LIMIT = 65_536


async def read_check(call: Call[Dependencies]) -> CheckBody:
    """The question, counted before it is answered, whatever the answer is. Raises LimitReached."""
    deps = call.deps
    body = parse_body(call.request, await read_raw(call.request, _BODY_LIMIT), CheckBody)
    if not isinstance(body, CheckBody):
        raise TypeError(type(body).__name__)
    async with call.database.transaction(call.request_id) as tx:
        await count_check(tx, deps.keyring, call.client_address, deps.settings.checks_per_minute, call.now)
    return body


async def post_eligibility_check(call: Call[Dependencies], body: CheckBody) -> CheckView:
    """Section 6, before drafting"""
    check = await check_eligibility(call.reader, _asked(call, body), catalogues=call.deps.catalogues, now=call.now)
    return _check_view(check, call.language)


async def get_early_checklist(call: Call[Dependencies]) -> EarlyChecklistView:
    """P13"""
    deps = call.deps
    checklist = await view_early_checklist(
        call.reader, call.actor.id, keyring=deps.keyring, catalogues=deps.catalogues, now=call.now
    )
    return _checklist_view(checklist, call.language)


def _asked(call: Call[Dependencies], body: CheckBody) -> Asked:
    return Asked(
        call.path_id("cycle_id"),
        body.exam_level,
        body.route,
        body.exam_category_code,
        body.applicant(),
        body.content(),
        body.qualification_year,
    )


def _check_view(check: Check, language: Language) -> CheckView:
    kinds = check.catalogue.document_kinds
    return CheckView(
        cycle_year=check.cycle.year,
        catalogue_version=check.catalogue.version,
        eligible=is_eligible(check.told),
        ways=[one.rule.row.id for one in check.told if one.outcome == "open"],
        rules=[_verdict_view(one, language) for one in check.told],
        documents=[
            NeededDocumentView(
                kind=kind,
                name_zh=kinds[kind].name_zh,
                name_en=kinds[kind].name_en,
                has_template=kinds[kind].template is not None,
                rules=rules,
            )
            for kind, rules in check.documents.items()
        ],
        at_registration=count_view(check.time.at_registration, check.cycle.registration_day),
        by_completion=count_view(check.time.by_completion, check.cycle.completion_day),
    )


def _verdict_view(told: Told, language: Language) -> RuleVerdictView:
    row, said, zh = told.rule.row, told.finding, language == "zh"
    return RuleVerdictView(
        rule=row.id,
        effect=row.effect,
        outcome=told.outcome,
        pointer=row.pointer,
        detail=(said.message_zh if zh else said.message_en) if said else None,
        cure=(said.cure_zh if zh else said.cure_en) if said else None,
        source=row.source,
    )


def _checklist_view(checklist: EarlyChecklist, language: Language) -> EarlyChecklistView:
    (_, usual), *rest = checklist.groups
    return EarlyChecklistView(
        exam_year=checklist.exam_year,
        probation_started_on=checklist.started_on,
        started_as_registered=checklist.registered,
        declaration_opens_on=checklist.opens_on,
        documents=_early_documents(checklist, usual, language),
        circumstances=[
            CircumstanceView(
                circumstance=one.code,
                text=one.text_zh if language == "zh" else one.text_en,
                documents=_early_documents(checklist, documents, language),
            )
            for one, documents in rest
        ],
    )


def _early_documents(
    checklist: EarlyChecklist, documents: Iterable[LeadTime], language: Language
) -> list[EarlyDocumentView]:
    kinds = checklist.catalogue.document_kinds
    views = []
    for one in documents:
        start_by = checklist.opens_on - timedelta(weeks=one.weeks)
        views.append(
            EarlyDocumentView(
                kind=one.kind,
                name_zh=kinds[one.kind].name_zh,
                name_en=kinds[one.kind].name_en,
                weeks=one.weeks,
                start_by=start_by,
                overdue=start_by < checklist.today,
                advice=one.advice_zh if language == "zh" else one.advice_en,
            )
        )
    return views
