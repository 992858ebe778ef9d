"""Handlers: edits of the tree of exam bodies, its past, and who answers for an institution."""

from services.institution.api.schemas.exam_bodies import ExamBodyView
from services.institution.api.schemas.exam_body_edits import (
    EnquiryPhoneBody,
    EnquiryPhoneView,
    FilingBodyBody,
    FormerExamBodyView,
    FormerFilingBodyView,
    MergeBody,
    MoveBody,
    NameBody,
    ReasonBody,
    ResponsibilityView,
    TerritoryBody,
)
from services.institution.api.schemas.institutions import InstitutionView
from services.institution.dependencies import Dependencies
from services.institution.domain.exam_body import Territory
from services.institution.domain.scope import scope_of
from services.institution.storage import (
    exam_bodies,
    filing_bodies,
    former_exam_bodies,
    institution_contacts,
    institutions,
    known_staff,
)
from services.institution.use_cases.exam_bodies.change_territory import change_territory
from services.institution.use_cases.exam_bodies.close_exam_body import close_exam_body
from services.institution.use_cases.exam_bodies.merge_exam_body import merge_exam_body
from services.institution.use_cases.exam_bodies.move_exam_body import move_exam_body
from services.institution.use_cases.exam_bodies.publish_enquiry_phone import publish_enquiry_phone
from services.institution.use_cases.exam_bodies.rename_exam_body import rename_exam_body
from services.institution.use_cases.institutions.change_filing_body import change_filing_body
from shared.errors import NotFound
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.paging import page_of, position

FormerExamBodyPage = Page[FormerExamBodyView]
FormerFilingBodyPage = Page[FormerFilingBodyView]


async def put_enquiry_phone(call: Call[Dependencies], body: EnquiryPhoneBody) -> EnquiryPhoneView:
    """P4."""
    body_id = call.path_id("exam_body_id")
    await publish_enquiry_phone(call.tx, body_id, body.phone, actor=call.actor, now=call.now)
    return EnquiryPhoneView(exam_body_id=body_id, phone=body.phone)


async def put_exam_body_name(call: Call[Dependencies], body: NameBody) -> ExamBodyView:
    """B4."""
    seen, body_id = call.expected_version, call.path_id("exam_body_id")
    return _view(
        await rename_exam_body(
            call.tx, body_id, body.name, body.reason, expected_version=seen, actor=call.actor, now=call.now
        )
    )


async def put_exam_body_territory(call: Call[Dependencies], body: TerritoryBody) -> ExamBodyView:
    """B4, 5.8."""
    seen, body_id = call.expected_version, call.path_id("exam_body_id")
    return _view(
        await change_territory(
            call.tx, body_id, body.division_codes, body.reason, expected_version=seen, actor=call.actor, now=call.now
        )
    )


async def post_exam_body_closure(call: Call[Dependencies], body: ReasonBody) -> ExamBodyView:
    """B4."""
    seen, body_id = call.expected_version, call.path_id("exam_body_id")
    return _view(
        await close_exam_body(call.tx, body_id, body.reason, expected_version=seen, actor=call.actor, now=call.now)
    )


async def post_exam_body_move(call: Call[Dependencies], body: MoveBody) -> ExamBodyView:
    """B4, B18."""
    seen, body_id = call.expected_version, call.path_id("exam_body_id")
    return _view(
        await move_exam_body(
            call.tx, body_id, body.parent_id, body.reason, expected_version=seen, actor=call.actor, now=call.now
        )
    )


async def post_exam_body_merger(call: Call[Dependencies], body: MergeBody) -> ExamBodyView:
    """B4, B18; the successor."""
    seen, body_id = call.expected_version, call.path_id("exam_body_id")
    return _view(
        await merge_exam_body(
            call.tx, body_id, body.into_id, body.reason, expected_version=seen, actor=call.actor, now=call.now
        )
    )


async def get_exam_body_history(call: Call[Dependencies]) -> FormerExamBodyPage:
    """Former terms, newest first."""
    scope_id, limit = scope_of(call.actor), call.query.limit
    (before,) = decode_cursor(call.query.cursor, (int,))
    body_id = (await exam_bodies.select(call.reader, call.path_id("exam_body_id"), scope_id)).body.id
    rows = await former_exam_bodies.select_page(call.reader, body_id, scope_id, before, limit + 1)
    following = encode_cursor(rows[limit - 1].version) if len(rows) > limit else None
    return FormerExamBodyPage(items=[FormerExamBodyView.of(row) for row in rows[:limit]], next_cursor=following)


async def put_filing_body(call: Call[Dependencies], body: FilingBodyBody) -> InstitutionView:
    """Section 2, rule 3."""
    moved = await change_filing_body(
        call.tx,
        call.path_id("institution_id"),
        body.filing_body_id,
        body.reason,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    masked = await institution_contacts.select_masked(call.reader, moved.id)
    owner_active = await known_staff.has_active_owner(call.reader, moved.id)
    return InstitutionView.of(moved, masked, [], owner_active=owner_active)


async def get_former_filing_bodies(call: Call[Dependencies]) -> FormerFilingBodyPage:
    """With whom it filed before, newest first."""
    scope_id = scope_of(call.actor)
    institution = await institutions.select(call.reader, call.path_id("institution_id"), scope_id)
    rows = await filing_bodies.select_page(
        call.reader,
        institution.id,
        scope_id,
        position(call.query),
        call.query.limit + 1,
    )
    return page_of(FormerFilingBodyPage, call.query, rows, FormerFilingBodyView.of, lambda row: row.id)


async def get_responsibility(call: Call[Dependencies]) -> ResponsibilityView:
    """B18; a moment before it was in the library has no answer."""
    at = call.query.at or call.now
    chain = await former_exam_bodies.select_chain(call.reader, call.path_id("institution_id"), scope_of(call.actor), at)
    if not chain:
        raise NotFound
    return ResponsibilityView.of(at, chain)


def _view(territory: Territory) -> ExamBodyView:
    return ExamBodyView.of_territory(territory)
