"""Handlers: the exam body of the area reviews applications for the library (4.2)."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.institution.api.application_views import shared_part
from services.institution.api.schemas.applications import (
    ApplicationLineView,
    ApplicationReviewView,
    ApprovalBody,
    HintView,
    MovedView,
    ReasonBody,
    ReasonsView,
    ReasonView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.certificate_numbers import credit_code_ok
from services.institution.domain.division import prefix
from services.institution.domain.institution import Institution
from services.institution.domain.names import name_key
from services.institution.domain.reasons import REASONS
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_applications, licence_images
from services.institution.storage.institution_applications import QueueFilter
from services.institution.use_cases.institutions.profile_in_clear import open_profile
from services.institution.use_cases.registering.approve_application import approve_application
from services.institution.use_cases.registering.claim_application import claim_application
from services.institution.use_cases.registering.hint_duplicates import hint_duplicates
from services.institution.use_cases.registering.refuse_application import refuse_application
from shared import audit
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor

ApplicationPage = Page[ApplicationLineView]
_WAITING: Final = ("submitted", "under_review")


async def get_applications(call: Call[Dependencies]) -> ApplicationPage:
    """4.2; who waits longest comes first."""
    query = call.query
    after = decode_cursor(query.cursor, (datetime, UUID))
    found = await institution_applications.select_queue(
        call.reader, scope_of(call.actor), _wanted(call), (after[0], after[1]), query.limit + 1
    )
    shown, last = found[: query.limit], found[query.limit - 1 : query.limit]
    more = encode_cursor(last[0].submitted_at, last[0].id) if len(found) > query.limit else None
    return ApplicationPage(items=[ApplicationLineView.of(line) for line in shown], next_cursor=more)


async def get_application(call: Call[Dependencies]) -> ApplicationReviewView:
    """4.2; in clear, with a record of who looked."""
    found = await institution_applications.select_in_area(
        call.reader, call.path_id("institution_id"), scope_of(call.actor)
    )
    audit.record(
        call.tx,
        "institution.open_application",
        actor=call.actor,
        subject_kind="institution",
        subject_id=found.id,
        at=call.now,
    )
    return await _review(call, found)


async def _review(call: Call[Dependencies], found: Institution) -> ApplicationReviewView:
    profile = await open_profile(call.reader, call.deps.keyring, found)
    application = await institution_applications.select(call.reader, found.id)
    image = await licence_images.select_if_any(call.reader, found.id)
    hints = await hint_duplicates(call.reader, found)
    return ApplicationReviewView.model_validate(
        await shared_part(call, found, profile, image)
        | {
            "owner_name_masked": application.owner_name_masked,
            "credit_code_checks": found.credit_code is None or credit_code_ok(found.credit_code),
            "claimed_by": application.claimed_by,
            "claimed_until": application.claimed_until,
            "possible_duplicates": [HintView.of(hint) for hint in hints],
        }
    )


async def post_application_claim(call: Call[Dependencies]) -> MovedView:
    """4.2."""
    claimed = await claim_application(
        call.tx,
        call.path_id("institution_id"),
        expected_version=call.expected_version,
        held_for=call.deps.application_claim,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(claimed)


async def post_application_approval(call: Call[Dependencies], body: ApprovalBody) -> MovedView:
    """4.2, C1."""
    approved = await approve_application(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.approval(),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(approved)


async def post_application_return(call: Call[Dependencies], body: ReasonBody) -> MovedView:
    """4.2."""
    return await _refused(call, "return", body)


async def post_application_rejection(call: Call[Dependencies], body: ReasonBody) -> MovedView:
    """4.2."""
    return await _refused(call, "reject", body)


async def _refused(call: Call[Dependencies], step: Literal["return", "reject"], body: ReasonBody) -> MovedView:
    refused = await refuse_application(
        call.tx,
        call.path_id("institution_id"),
        step,
        body.reason_code,
        body.note,
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(refused)


async def get_institution_reasons(call: Call[Dependencies]) -> ReasonsView:
    """4.2: what a reviewer or an exam body may give as reason."""
    chinese = call.language == "zh"
    return ReasonsView(
        items=[ReasonView(code=one.code, message=one.zh if chinese else one.en) for one in REASONS[call.query.step]]
    )


def _wanted(call: Call[Dependencies]) -> QueueFilter:
    query = call.query
    return QueueFilter(
        states=_WAITING if query.state == "waiting" else (query.state,),
        division_prefix=None if query.division is None else prefix(query.division),
        text=None if query.q is None else name_key(query.q),
        held=query.held,
        viewer=call.actor.id,
        now=call.now,
    )
