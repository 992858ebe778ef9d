"""One's own e-mail address for notices: a code to it, its confirmation, its removal."""

from aiohttp import web

from services.identity.api.calls import IdentityCall, refuse
from services.identity.api.credential_schemas import EmailCodeBody, EmailView, ProvenEmailBody
from services.identity.api.login_schemas import LoginCodeView
from services.identity.domain.email import plain_email
from services.identity.use_cases.emails.confirm_email import confirm_email
from services.identity.use_cases.emails.remove_email import remove_email
from services.identity.use_cases.emails.send_email_code import send_email_code
from shared.masking import mask_email


async def post_email_code(call: IdentityCall, body: EmailCodeBody) -> LoginCodeView:
    """A5, V4."""
    limits, email = call.deps.settings.email_code, plain_email(body.email)
    issued = await send_email_code(call.tx, email, call.actor, call.deps.keyring, limits, call.now)
    return LoginCodeView.model_validate(issued, from_attributes=True)


async def put_email(call: IdentityCall, body: ProvenEmailBody) -> EmailView | web.Response:
    """A5, V2."""
    deps, email = call.deps, plain_email(body.email)
    limits = deps.settings.email_code
    refused = await confirm_email(
        call.tx, body.challenge_id, email, body.code, call.actor, deps.keyring, limits, call.now
    )
    return refuse(call, refused) if refused else EmailView(email_masked=mask_email(email))


async def delete_email(call: IdentityCall) -> None:
    """A5."""
    await remove_email(call.tx, call.actor, call.deps.keyring, call.now)
