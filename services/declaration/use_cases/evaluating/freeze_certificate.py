"""Number a certificate, freeze what it says, and queue its print (B10); an assistant gets the one of practice (5.3)."""

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.storage import catalogue_names, evaluations_opinions, number_series, print_jobs
from services.declaration.storage.evaluations import IssuedCertificate
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.certificate_content import (
    CertificateRequest,
    Issue,
    Paper,
    certificate_document,
    seal_certificate,
)
from services.declaration.use_cases.evaluating.practice_certificate_document import practice_certificate_document
from services.declaration.use_cases.filing.issuing_institution import issuing_institution
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_CHECK_BYTES = 8


async def freeze_certificate(
    tx: Transaction,
    keyring: Keyring,
    paper: Paper,
    evaluation_id: UUID,
    request: CertificateRequest,
    *,
    actor: Actor,
    now: datetime,
) -> IssuedCertificate:
    """The paper to be stored, e.g. PC2027-4201-000123. Raises CertificateIncomplete and the errors of
    issuing_institution."""
    declaration = request.declaration
    issuer = await issuing_institution(tx, declaration.institution_id)
    place = issuer.division_code[:4]
    serial = await number_series.take_number(tx, paper.kind, declaration.cycle_year, place)
    number, check = f"{paper.prefix}{declaration.cycle_year}-{place}-{serial:06d}", secrets.token_hex(_CHECK_BYTES)
    address = f"{request.public_url.rstrip('/')}/api/declaration/v1/certificate-verifications/{number}?check={check}"
    snapshot = open_handed_in(keyring, declaration.id, declaration.submission, declaration.content)
    issue = Issue(number, address, actor.id.hex[-12:].upper(), now)
    compose = practice_certificate_document if snapshot.content.is_assistant_upgrade else certificate_document
    opinions = await evaluations_opinions.select_of_evaluation(tx, evaluation_id, declaration.institution_id)
    heard = {one.supervisor_id: one.open_words(keyring) for one in opinions}
    practising = await _practising_category(tx, declaration.id, snapshot.content)
    document = compose(replace(request, heard=heard, practising_category=practising), snapshot, issuer, issue)
    # Fields that no form has room for are refused now, not by the print role later.
    document.template_data()
    await print_jobs.insert_job(tx, new_id(), paper.kind, evaluation_id)
    return IssuedCertificate(number, seal_certificate(keyring, paper, evaluation_id, document), check)


async def _practising_category(tx: Transaction, declaration_id: UUID, content: Content) -> str:
    """Of an assistant, e.g. "210 临床"; a code that the lists of the declaration do not have stands alone."""
    code = content.assistant.practising_category_code if content.assistant else None
    if code is None:
        return ""
    return f"{code} {await catalogue_names.select_category_name(tx, declaration_id, code) or ''}".strip()
