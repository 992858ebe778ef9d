"""Handlers: the printed certificate, for its institution and for whoever holds the paper (B10)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aiohttp import web

from services.declaration.api.certificate_page import TITLE, certificate_page, unknown_certificate_page
from services.declaration.api.schemas.evaluation import CertificateVerificationView
from services.declaration.api.verification_page import counted, wants_page
from services.declaration.dependencies import Dependencies
from services.declaration.domain.certificate_standing import CertificateStanding
from services.declaration.storage import certificates, print_queue, provisional_certificates
from services.declaration.storage.certificates import CertificateFile
from services.declaration.storage.print_jobs import PrintKind
from services.declaration.use_cases.evaluating.verify_certificate import (
    VerifiedCertificate,
    count_question,
    verify_certificate,
)
from services.declaration.use_cases.filing.refuse_unprinted import refuse_unprinted
from shared import audit
from shared.errors import NotFound
from shared.masking import mask_document_no, mask_name
from shared.postgres.transaction import Reader
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call


@dataclass(frozen=True, slots=True)
class OpenedCertificate:
    """A certificate in clear, on its way out."""

    file: CertificateFile
    data: bytes


_SelectFile = Callable[[Reader, UUID, UUID | None], Awaitable[CertificateFile | None]]


async def open_certificate_file(call: Call[Dependencies]) -> OpenedCertificate:
    """The certificate of the year. Raises NotFound and what refuse_unprinted raises."""
    return await _opened(call, "certificate", certificates.select_file)


async def open_provisional_file(call: Call[Dependencies]) -> OpenedCertificate:
    """The provisional certificate. Raises NotFound and what refuse_unprinted raises."""
    return await _opened(call, "provisional_certificate", provisional_certificates.select_file)


async def _opened(call: Call[Dependencies], kind: PrintKind, select_file: _SelectFile) -> OpenedCertificate:
    """Fetch the file before the transaction is opened."""
    async with call.database.read() as reader:
        found = await select_file(reader, call.path_id("evaluation_id"), call.actor.scope_id)
        if found is None:
            raise NotFound
        place = await print_queue.select_place(reader, kind, found.id)
    if found.certificate_key is None:
        refuse_unprinted(kind, place)
    return OpenedCertificate(found, await call.deps.bucket.get(found.certificate_key, "object"))


async def get_certificate(call: Call[Dependencies], opened: OpenedCertificate) -> web.Response:
    """The certificate as an attachment; it names its holder, so every download is audited."""
    return _downloaded(call, opened, "evaluation.download_certificate")


async def get_provisional_certificate(call: Call[Dependencies], opened: OpenedCertificate) -> web.Response:
    """The provisional certificate in the same way."""
    return _downloaded(call, opened, "evaluation.download_provisional_certificate")


def _downloaded(call: Call[Dependencies], opened: OpenedCertificate, action: str) -> web.Response:
    audit.record(
        call.tx,
        action,
        actor=call.actor,
        subject_kind="evaluation",
        subject_id=opened.file.id,
        at=call.now,
    )
    return web.Response(body=opened.data, headers=download_headers(FileKind.PDF, opened.file.certificate_no))


async def count_verification(call: Call[Dependencies]) -> web.Response | Literal[True]:
    """Before the answer is looked for."""
    return await counted(call, count_question, getattr(TITLE, call.language))


async def get_certificate_verification(
    call: Call[Dependencies], limited: web.Response | Literal[True]
) -> CertificateVerificationView | web.StreamResponse:
    """Whether a certificate is ours and still good: a page for a browser that scanned the code, JSON for a program. A
    wrong check looks like an unknown number."""
    if limited is not True:
        return limited
    try:
        verified = await verify_certificate(
            call.reader, call.deps.keyring, call.path["number"], call.query.check, now=call.now
        )
    except NotFound:
        if wants_page(call.request):
            return unknown_certificate_page(call.language)
        raise
    view = _view(verified)
    return certificate_page(view, call.language) if wants_page(call.request) else view


def _view(verified: VerifiedCertificate) -> CertificateVerificationView:
    printed, valid = verified.printed, verified.standing is CertificateStanding.VALID
    return CertificateVerificationView(
        certificate_no=printed.certificate_no,
        exam_year=printed.cycle_year,
        name_masked=mask_name(printed.name),
        document_no_masked=mask_document_no(printed.document_no),
        institution_name=printed.institution_name,
        exam_level=printed.exam_level,
        exam_category_code=printed.exam_category_code,
        issued_at=verified.issued_at,
        provisional=verified.provisional,
        standing=verified.standing,
        valid=valid,
        valid_until=verified.last_day if valid else None,
    )
