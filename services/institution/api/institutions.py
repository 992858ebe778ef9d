"""Handlers: issuing, lists, detail and search of institutions."""

from typing import Final

from services.institution.api.schemas.institutions import (
    FoundInstitutionView,
    InstitutionBody,
    InstitutionLineView,
    InstitutionView,
    NothingFoundView,
    SearchView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.division import prefix
from services.institution.domain.scope import scope_of
from services.institution.storage import (
    exam_bodies,
    institution_aliases,
    institution_contacts,
    institution_lists,
    institutions,
    known_staff,
)
from services.institution.use_cases.institutions.issue_institution import NewInstitution, issue_institution
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

InstitutionPage = Page[InstitutionLineView]

_NOTHING_FOUND: Final = {
    "zh": "没有找到该单位。请换用名称中的其他文字或曾用名再试；"
    "如单位尚未入库，请由单位负责人向所在地考试管理机构申请登记，启用后再向单位试用期管理人员索取确认码。",
    "en": "Nothing was found. Try other words of the name, or a former name. If the unit is not in the library, "
    "its head registers it with the exam body of the area; then ask its probation officer for the code.",
}


async def post_institution(call: Call[Dependencies], body: InstitutionBody) -> InstitutionView:
    """B5."""
    new = _new_institution(body)
    issued = await issue_institution(call.tx, call.deps.keyring, new, actor=call.actor, now=call.now)
    masked = await institution_contacts.select_masked(call.reader, issued.id)
    return InstitutionView.of(issued, masked, [], owner_active=False)


async def get_institutions(call: Call[Dependencies]) -> InstitutionPage:
    """The library of the caller's jurisdiction (B7)."""
    query = call.query
    rows = await institution_lists.select_page(
        call.reader,
        scope_of(call.actor),
        position(query),
        query.limit + 1,
        state=query.state,
        institution_type=query.institution_type,
        text=query.q,
    )
    return page_of(InstitutionPage, query, rows, InstitutionLineView.of, lambda row: row.id)


async def get_institution(call: Call[Dependencies]) -> InstitutionView:
    """One institution in scope, its people masked."""
    found = await institutions.select(call.reader, call.path_id("institution_id"), scope_of(call.actor))
    masked = await institution_contacts.select_masked(call.reader, found.id)
    former = await institution_aliases.select_names(call.reader, found.id, "former")
    owner_active = await known_staff.has_active_owner(call.reader, found.id)
    return InstitutionView.of(found, masked, former, owner_active=owner_active)


async def get_institution_search(call: Call[Dependencies]) -> SearchView:
    """A20, P3, P4."""
    query = call.query
    within = "" if query.division is None else prefix(query.division)
    rows = await institution_lists.search(call.reader, query.q, within, query.limit + 1)
    items = [FoundInstitutionView.of(row) for row in rows[: query.limit]]
    nothing = None if items else await _nothing_found(call)
    return SearchView(items=items, more=len(rows) > query.limit, nothing_found=nothing)


async def _nothing_found(call: Call[Dependencies]) -> NothingFoundView:
    division = call.query.division
    body = None if division is None else await exam_bodies.select_for_division(call.reader, division)
    return NothingFoundView(
        explanation=_NOTHING_FOUND[call.language], exam_body_name=None if body is None else body.name
    )


def _new_institution(body: InstitutionBody) -> NewInstitution:
    return NewInstitution(
        name=body.name,
        division_code=body.division_code,
        institution_type=body.institution_type,
        credit_code=body.credit_code and tidy(body.credit_code),
        accept_unchecked_credit_code=body.accept_unchecked_credit_code,
        credit_code_reason=body.credit_code_reason,
        registration_no=body.registration_no and tidy(body.registration_no),
        owner_name=body.owner.name,
        owner_phone=body.owner.phone,
        filing_body_id=body.filing_body_id,
    )
