"""Handlers: issuing, lists and detail of institutions."""

from services.institution.api.schemas.institutions import (
    InstitutionBody,
    InstitutionLineView,
    InstitutionView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.scope import scope_of
from services.institution.storage import (
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
