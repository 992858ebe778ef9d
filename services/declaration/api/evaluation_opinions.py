"""Handlers: supervisors' opinions and their signatures (4.6)."""

from datetime import timedelta

from services.declaration.api.schemas.opinions import (
    OpinionBody,
    OpinionsView,
    OpinionToSignBody,
    OpinionToSignView,
    OpinionView,
    SignatureBody,
    SignatureRequestView,
    SignedView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.storage import evaluations_opinions
from services.declaration.storage.evaluations_opinions import Opinion
from services.declaration.use_cases.evaluating.request_signature import request_signature
from services.declaration.use_cases.evaluating.sign_opinion import open_opinion_to_sign, sign_opinion
from services.declaration.use_cases.evaluating.write_opinion import write_opinion
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring
from shared.web.call import Call


async def get_opinions(call: Call[Dependencies]) -> OpinionsView:
    """What the supervisors say, for who evaluates"""
    return await _all(call, call.reader)


async def put_opinion(call: Call[Dependencies], body: OpinionBody) -> OpinionsView:
    """4.6, 5.3"""
    await write_opinion(
        call.tx,
        call.deps.keyring,
        call.path_id("evaluation_id"),
        call.path_id("supervisor_id"),
        body.opinion,
        actor=call.actor,
        now=call.now,
    )
    return await _all(call, call.tx)


async def post_signature_request(call: Call[Dependencies]) -> SignatureRequestView:
    """Optional sign-off"""
    valid = timedelta(days=call.deps.settings.signature_days)
    evaluation_id, supervisor_id = call.path_id("evaluation_id"), call.path_id("supervisor_id")
    asked = await request_signature(call.tx, evaluation_id, supervisor_id, valid, actor=call.actor, now=call.now)
    return SignatureRequestView.model_validate(asked, from_attributes=True)


async def post_opinion_opening(call: Call[Dependencies], body: OpinionToSignBody) -> OpinionToSignView:
    """The words before they are signed; the code is sent in the body"""
    keyring = call.deps.keyring
    found = await open_opinion_to_sign(call.reader, keyring, body.opinion_id, body.code, actor=call.actor, now=call.now)
    return OpinionToSignView(
        version=found.version,
        opinion=found.open_words(keyring),
        institution_name=found.institution_name,
        name_masked=found.name_masked,
        written_at=found.written_at,
    )


async def post_opinion_signature(call: Call[Dependencies], body: SignatureBody) -> SignedView:
    """The supervisor's own signature"""
    await sign_opinion(
        call.tx, call.deps.keyring, body.opinion_id, body.code, body.version, actor=call.actor, now=call.now
    )
    return SignedView(signed_at=call.now)


async def _all(call: Call[Dependencies], reader: Reader) -> OpinionsView:
    found = await evaluations_opinions.select_of_evaluation(reader, call.path_id("evaluation_id"), call.actor.scope_id)
    keyring = call.deps.keyring
    return OpinionsView(items=[_view(keyring, one) for one in found])


def _view(keyring: Keyring, one: Opinion) -> OpinionView:
    return OpinionView(
        supervisor_id=one.supervisor_id,
        version=one.version,
        opinion=one.open_words(keyring),
        written_at=one.written_at,
        signed_at=one.signed_at,
    )
