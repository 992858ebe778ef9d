"""Handlers: the printed certificate, for its institution and for whoever holds the paper (B10)."""

import hmac
from dataclasses import dataclass

from aiohttp import web

from services.declaration.api.schemas.evaluation import CertificateVerificationView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.filing_errors import FileNotReady
from services.declaration.storage import certificates
from services.declaration.storage.certificates import CertificateFile
from shared import audit
from shared.errors import NotFound
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call


@dataclass(frozen=True, slots=True)
class OpenedCertificate:
    """A certificate in clear, on its way out."""

    file: CertificateFile
    data: bytes


async def open_certificate_file(call: Call[Dependencies]) -> OpenedCertificate:
    """Fetch the file before the transaction is opened."""
    async with call.database.read() as reader:
        found = await certificates.select_file(reader, call.path_id("evaluation_id"), call.actor.scope_id)
    if found is None:
        raise NotFound
    if found.certificate_key is None:
        raise FileNotReady(retry_after=3)
    return OpenedCertificate(found, await call.deps.bucket.get(found.certificate_key, "object"))


async def get_certificate(call: Call[Dependencies], opened: OpenedCertificate) -> web.Response:
    """The certificate as an attachment; it names its holder, so every download is audited."""
    audit.record(
        call.tx,
        "evaluation.download_certificate",
        actor=call.actor,
        subject_kind="evaluation",
        subject_id=opened.file.id,
        at=call.now,
    )
    return web.Response(body=opened.data, headers=download_headers(FileKind.PDF, opened.file.certificate_no))


async def get_certificate_verification(call: Call[Dependencies]) -> CertificateVerificationView:
    """Whether a certificate is ours and still good. A wrong check looks like an unknown number."""
    found = await certificates.select_by_number(call.reader, call.path["number"])
    if found is None or not hmac.compare_digest(found.certificate_check, call.query.check):
        raise NotFound
    return CertificateVerificationView(
        certificate_no=found.certificate_no,
        exam_year=found.cycle_year,
        name_masked=found.name_masked,
        institution_name=found.institution_name,
        exam_level=found.exam_level,
        exam_category_code=found.exam_category_code,
        issued_at=found.certified_at,
        valid=found.state != "voided",
    )
