"""The ways a person logs in: list, link, unlink, change of phone, claim of an account whose phone is lost."""

from datetime import datetime

from aiohttp import web

from services.identity.api.calls import IdentityCall, refuse
from services.identity.api.credential_schemas import (
    CredentialsView,
    CredentialView,
    LinkView,
    OwnMergesView,
    OwnMergeView,
    PhoneChangeView,
    ProvenPhoneBody,
)
from services.identity.api.manual import claim_request
from services.identity.api.verification_schemas import ClaimBody
from services.identity.api.wechat_attempts import WechatLinkAttempt
from services.identity.domain.phone import plain_phone
from services.identity.domain.refusals import Refused
from services.identity.storage import merge_requests
from services.identity.use_cases.linking.change_phone import change_phone
from services.identity.use_cases.linking.claim_account import claim_account
from services.identity.use_cases.linking.link_phone import link_phone
from services.identity.use_cases.linking.link_wechat import link_wechat
from services.identity.use_cases.linking.list_credentials import list_credentials
from services.identity.use_cases.linking.unlink_credential import unlink_credential


async def get_credentials(call: IdentityCall) -> CredentialsView:
    """A5."""
    found = await list_credentials(call.reader, call.actor.id, call.deps.keyring)
    return CredentialsView(items=[CredentialView.of(credential) for credential in found])


async def post_wechat_credential(call: IdentityCall, attempt: WechatLinkAttempt) -> LinkView:
    """A5, V10."""
    account, limits = attempt.proven(), call.deps.settings.session
    return LinkView.of(await link_wechat(call.tx, account, call.actor, call.deps.keyring, limits, call.now))


async def post_phone_credential(call: IdentityCall, body: ProvenPhoneBody) -> LinkView | web.Response:
    """A5."""
    deps, phone = call.deps, plain_phone(body.phone)
    linked = await link_phone(
        call.tx, body.challenge_id, phone, body.code, call.actor, deps.tokens, deps.settings.login_code, call.now
    )
    return refuse(call, linked) if isinstance(linked, Refused) else LinkView.of(linked)


async def delete_credential(call: IdentityCall) -> None:
    """A5."""
    limits, credential_id = call.deps.settings.session, call.path_id("credential_id")
    await unlink_credential(call.tx, credential_id, call.actor, call.deps.keyring, limits, call.now)


async def put_phone(call: IdentityCall, body: ProvenPhoneBody) -> PhoneChangeView | web.Response:
    """V9, P14."""
    deps, phone = call.deps, plain_phone(body.phone)
    changed = await change_phone(
        call.tx, body.challenge_id, phone, body.code, call.actor, deps.tokens, deps.settings.login_code, call.now
    )
    if isinstance(changed, Refused):
        return refuse(call, changed)
    if isinstance(changed, datetime):
        return PhoneChangeView(outcome="changed", held_until=changed)
    return PhoneChangeView(outcome="merge_pending", merge_request_id=changed.request_id)


async def get_own_merge_requests(call: IdentityCall) -> OwnMergesView:
    """A5."""
    found = await merge_requests.select_of_applicant(call.reader, call.actor.id)
    return OwnMergesView(items=[OwnMergeView.of(request) for request in found])


async def post_account_claim(call: IdentityCall, body: ClaimBody) -> OwnMergeView:
    """V9, P14."""
    deps, claimed = call.deps, claim_request(body)
    limits, catalogue = deps.settings.verification, deps.catalogue
    return OwnMergeView.of(await claim_account(call.tx, claimed, call.actor, deps.keyring, limits, catalogue, call.now))
