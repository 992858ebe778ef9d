"""Consent, one's own data, and what staff may see in full."""

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.api.privacy_schemas import (
    ConsentTextsView,
    ConsentTextView,
    ExportsView,
    ExportView,
    GuardianConsentBody,
    RevelationBody,
    RevelationView,
    WithdrawalBody,
)
from services.identity.api.verification_schemas import ConsentView, VerificationView
from services.identity.api.verification_views import verification_view
from services.identity.domain.own_data_export import ASK_AGAIN
from services.identity.storage import own_data_exports
from services.identity.storage.consent_texts import KINDS, consent_texts
from services.identity.storage.own_data_exports import OwnDataExport
from services.identity.use_cases.own_data.close_account import close_account
from services.identity.use_cases.own_data.request_export import record_download, request_export
from services.identity.use_cases.own_data.reveal_identity import reveal_identity
from services.identity.use_cases.verifying.accept_guardian_consent import (
    GUARDIAN,
    Guardian,
    accept_guardian_consent,
)
from services.identity.use_cases.verifying.show_verification import show_verification
from services.identity.use_cases.verifying.withdraw_consent import withdraw_consent
from shared.errors import NotFound
from shared.web.call import Language

_NO_STORE = {"Cache-Control": "no-store"}


async def get_consent_texts(call: IdentityCall) -> ConsentTextsView:
    """V56."""
    version, chinese = call.deps.settings.verification.consent_version, call.language == "zh"
    texts = [text for kind in KINDS if (text := consent_texts().get((kind, version))) is not None]
    return ConsentTextsView(
        items=[
            ConsentTextView(
                kind=text.kind,
                version=text.version,
                title=text.title_zh if chinese else text.title_en,
                text=text.zh if chinese else text.en,
                sha256=text.digest,
            )
            for text in texts
        ]
    )


async def post_guardian_consent(call: IdentityCall, body: GuardianConsentBody) -> ConsentView:
    """V60."""
    limits, keyring = call.deps.settings.verification, call.deps.keyring
    guardian = Guardian(name=body.guardian_name, relation=body.relation)
    at = await accept_guardian_consent(call.tx, body.version, guardian, call.actor, keyring, limits, call.now)
    return ConsentView(kind=GUARDIAN, text_version=body.version, accepted_at=at)


async def post_consent_withdrawal(call: IdentityCall, body: WithdrawalBody) -> VerificationView:
    """V56."""
    limits = call.deps.settings.verification
    await withdraw_consent(call.tx, body.kind, call.actor, call.now)
    status = await show_verification(call.tx, call.actor.id, limits, call.now)
    return verification_view(status, call.deps.catalogue, call.language, limits.consent_version)


async def post_revelation(call: IdentityCall, body: RevelationBody) -> web.Response:
    """V55. The answer is not kept under an idempotency key: what is shown in full rests nowhere."""
    person_id, fields = call.path_id("person_id"), frozenset(body.fields)
    shown = await reveal_identity(
        call.tx, person_id, fields, body.reason, body.case_no, call.actor, call.deps.keyring, call.now
    )
    view = RevelationView(
        person_id=person_id,
        document_type=shown.document_type,
        name=shown.name,
        document_no=shown.document_no,
        phone=shown.phone,
    )
    return web.Response(body=view.model_dump_json(), content_type="application/json", headers=_NO_STORE)


async def post_own_data_export(call: IdentityCall) -> ExportView:
    """V59."""
    return _view(await request_export(call.tx, call.actor, call.now), call.language)


async def get_own_data_exports(call: IdentityCall) -> ExportsView:
    """V59."""
    found = await own_data_exports.select_of(call.reader, call.actor.id)
    return ExportsView(items=[_view(one, call.language) for one in found])


async def prepare_own_data_file(call: IdentityCall) -> bytes:
    """The file, opened before the transaction. Raises NotFound for copies of others, and gone or unfinished ones."""
    async with call.database.read() as reader:
        export = await own_data_exports.select(reader, call.path_id("export_id"), call.actor.id)
    if export.state != "ready" or export.object_key is None:
        raise NotFound
    return await call.deps.bucket.get(export.object_key, own_data_exports.OBJECT_CLASS)


async def get_own_data_file(call: IdentityCall, data: bytes) -> web.Response:
    """V44, V59: authorised now, for this one person, and recorded."""
    record_download(call.tx, call.path_id("export_id"), call.actor, call.now)
    headers = _NO_STORE | {
        "Content-Disposition": 'attachment; filename="own-data.zip"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=data, content_type="application/zip", headers=headers)


async def post_account_closure(call: IdentityCall) -> None:
    """V58."""
    await close_account(call.tx, call.actor, call.now)


def _view(export: OwnDataExport, language: Language) -> ExportView:
    return ExportView(
        export_id=export.export_id,
        state=export.state,
        asked_at=export.asked_at,
        ready_at=export.ready_at,
        size=export.size,
        message=ASK_AGAIN[language] if export.state == "failed" else None,
    )
