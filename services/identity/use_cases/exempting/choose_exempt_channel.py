"""A person says that he declares on another channel, or takes it back: nothing is declared here then (A17, A18)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.claim import ClaimRequest, plain_claim
from services.identity.domain.exempt_channel import ExamSiteUnknown, ExemptKind, require_document, require_proofs
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import STATES_ZH, VerificationNotAllowed
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import exempt_choices, known_scopes, persons, verification_images, verifications
from services.identity.storage.exempt_choices import ExemptChoice
from services.identity.use_cases.verifying.start_automatic_verification import require_unheld, take_start
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import ExemptChannelChanged, ExemptPerson
from shared.errors import Conflict, FieldProblem
from shared.ids import PersonId
from shared.masking import mask_document_no, mask_name
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import seal_event_for


class NoExemptChoice(Conflict):
    """There is nothing to take back."""

    code = "no_exempt_choice"
    message_zh = "您没有选择其他渠道，可直接在本平台认证和申报。"
    message_en = "You did not choose another channel; go on with verification and declaration here."


async def choose_exempt_channel(
    tx: Transaction,
    kind: ExemptKind,
    request: ClaimRequest,
    exam_site_id: UUID | None,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> ExemptChoice:
    """The choice for this exam year. The document is the one the network will ask by; it is proved by nothing, so one
    that another person proved to hold is refused. Where the platform hosts the proofs of the military, both must be
    there, and the exam site that looks at them is named (A18). Raises ExemptDocumentWrong, what `plain_claim` raises,
    VerificationNotAllowed for a revoked person, ProofsMissing, ExamSiteUnknown, DocumentHeldByAnother, LimitReached."""
    require_document(kind, request.document_type)
    year = catalogue.year_of(now.date())
    claim = plain_claim(request, year.document_types, now.date())
    verification = await verifications.lock(tx, actor.id)
    if verification.state == "revoked":
        raise VerificationNotAllowed(state=verification.state, state_zh=STATES_ZH[verification.state])
    hosted = kind == "military" and year.hosts_proofs(limits.hosts_exempt_proofs)
    if hosted:
        await _require_hosted(tx, actor.id, exam_site_id)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await require_unheld(tx, index, actor.id)
    await take_start(tx, actor.id, index, limits, now)
    choice = ExemptChoice(actor.id, kind, now)
    if hosted:
        masked = mask_name(claim.name), mask_document_no(claim.document_no)
        choice = ExemptChoice(actor.id, kind, now, exam_site_id, *masked)
    await exempt_choices.upsert(tx, choice)
    said = ExemptPerson(name=claim.name, document_type=claim.document_type, document_no=claim.document_no)
    place = f"{ExemptChannelChanged.TYPE}.person:{actor.id}"
    sealed = await seal_event_for(keyring, actor.id, "person", place, said.model_dump_json())
    await _tell(tx, choice, sealed, year.exam_year, actor, now)
    return choice


async def _require_hosted(tx: Transaction, person_id: UUID, exam_site_id: UUID | None) -> None:
    proofs = await verification_images.select_proofs(tx, [person_id])
    require_proofs([proof for _, proof in proofs])
    site = None if exam_site_id is None else await known_scopes.select(tx, exam_site_id)
    if site is None or site.level != "site" or site.state != "active":
        problem = FieldProblem("/exam_site_id", "unknown", "不是开放的考点", "no exam site that is open")
        raise ExamSiteUnknown(problems=[problem])


async def withdraw_exempt_channel(
    tx: Transaction, actor: Actor, catalogue: VerificationCatalogue, now: datetime
) -> None:
    """Back to declaring here. Raises NoExemptChoice."""
    await verifications.lock(tx, actor.id)
    choice = await exempt_choices.select(tx, actor.id)
    if choice is None:
        raise NoExemptChoice
    await exempt_choices.update_withdrawn(tx, actor.id, now)
    await _tell(tx, choice, None, catalogue.year_of(now.date()).exam_year, actor, now)


async def _tell(
    tx: Transaction, choice: ExemptChoice, sealed: str | None, exam_year: int, actor: Actor, now: datetime
) -> None:
    """`sealed` is what the person says of himself, None when the choice is taken back."""
    chosen = sealed is not None
    event = ExemptChannelChanged(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, actor.id),
        person_id=PersonId(actor.id),
        state="chosen" if chosen else "withdrawn",
        kind=choice.kind,
        exam_year=exam_year,
        person=sealed,
        changed_at=now,
    )
    outbox.add(tx, event)
    audit.record(
        tx,
        "exempt_channel.choose" if chosen else "exempt_channel.withdraw",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        kind=choice.kind,
        exam_year=exam_year,
    )
