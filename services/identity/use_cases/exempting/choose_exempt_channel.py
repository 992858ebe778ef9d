"""A person says that he declares on another channel, or takes it back: nothing is declared here then (A17, A18)."""

from datetime import datetime

from services.identity.domain.claim import ClaimRequest, plain_claim
from services.identity.domain.exempt_channel import ExemptKind, require_document
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import STATES_ZH, VerificationNotAllowed
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import exempt_choices, persons, verifications
from services.identity.storage.exempt_choices import ExemptChoice
from services.identity.use_cases.verifying.start_automatic_verification import require_unheld, take_start
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import ExemptChannelChanged, ExemptPerson
from shared.errors import Conflict
from shared.ids import PersonId
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event


class NoExemptChoice(Conflict):
    """There is nothing to take back."""

    code = "no_exempt_choice"
    message_zh = "您没有选择其他渠道，可直接在本平台认证和申报。"
    message_en = "You did not choose another channel; go on with verification and declaration here."


async def choose_exempt_channel(
    tx: Transaction,
    kind: ExemptKind,
    request: ClaimRequest,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> ExemptChoice:
    """The choice for this exam year. The document is the one the network will ask by; it is proved by nothing, so one
    that another person proved to hold is refused. Raises ExemptDocumentWrong, what `plain_claim` raises,
    VerificationNotAllowed for a revoked person, DocumentHeldByAnother, LimitReached."""
    require_document(kind, request.document_type)
    year = catalogue.year_of(now.date())
    claim = plain_claim(request, year.document_types, now.date())
    verification = await verifications.lock(tx, actor.id)
    if verification.state == "revoked":
        raise VerificationNotAllowed(state=verification.state, state_zh=STATES_ZH[verification.state])
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await require_unheld(tx, index, actor.id)
    await take_start(tx, actor.id, index, limits, now)
    choice = ExemptChoice(actor.id, kind, now)
    await exempt_choices.upsert(tx, choice)
    said = ExemptPerson(name=claim.name, document_type=claim.document_type, document_no=claim.document_no)
    place = f"{ExemptChannelChanged.TYPE}.person:{actor.id}"
    sealed = seal_for_event(keyring, "person", place, said.model_dump_json())
    await _tell(tx, choice, sealed, year.exam_year, actor, now)
    return choice


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
