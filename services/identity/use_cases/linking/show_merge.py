"""The two accounts of a request side by side, as its reviewer sees them: masked, the claim in clear (A5, V55)."""

from dataclasses import dataclass
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.merging import BothProven, MergeOutdated, Side, remaining
from services.identity.domain.verification import State
from services.identity.storage import identity_documents, merge_requests, persons, verification_images, verifications
from services.identity.storage import wechat_credentials as links
from services.identity.storage.identity_documents import IdentityDocument
from services.identity.storage.merge_requests import MergeRequest
from services.identity.use_cases.linking.claim_account import open_account_claim
from services.identity.use_cases.linking.decide_merge import holder_now
from services.identity.use_cases.signing_in.become_known import phone_of
from services.identity.use_cases.verifying.claim_review import OwnRequest
from services.identity.use_cases.verifying.record_verified_identity import identity_place
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.errors import NotFound
from shared.masking import mask_phone
from shared.postgres.transaction import Reader
from shared.security.blind_index import normalise
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One account."""

    side: Side
    phone_masked: str | None
    wechat_accounts: int
    verification_state: State
    document: IdentityDocument | None
    photos: list[str]


@dataclass(frozen=True, slots=True)
class ShownMerge:
    """`remains` is who would remain, None where an approval would be refused."""

    request: MergeRequest
    applicant: MergeSide
    other: MergeSide | None
    remains: UUID | None
    claim: Claim | None
    name_agrees: bool | None


async def show_merge(reader: Reader, request_id: UUID, actor: Actor, keyring: Keyring) -> ShownMerge:
    """Raises NotFound, OwnRequest."""
    request = await merge_requests.select(reader, request_id)
    other_id = await holder_now(reader, request, keyring) or request.other_id
    if actor.person_id is not None and actor.person_id in (request.applicant_id, other_id):
        raise OwnRequest
    applicant = await _side(reader, request.applicant_id, keyring)
    other = None if other_id is None else await _side(reader, other_id, keyring)
    claim = await open_account_claim(request, keyring)
    agrees = None
    if claim is not None and other is not None and other.document is not None:
        place = identity_place(other.document.document_id)
        stored = unseal_text(keyring, "person", place, other.document.identity_sealed)
        agrees = normalise(PersonIdentity.model_validate_json(stored).name) == normalise(claim.name)
    return ShownMerge(request, applicant, other, _remains(applicant, other), claim, agrees)


async def _side(reader: Reader, person_id: UUID, keyring: Keyring) -> MergeSide:
    person = await persons.select(reader, person_id)
    side = (await persons.select_sides(reader, [person_id])).get(person_id)
    if person is None or side is None:
        raise NotFound
    phone = await phone_of(person, keyring)
    return MergeSide(
        side=side,
        phone_masked=None if phone is None else mask_phone(phone),
        wechat_accounts=len(await links.select_of_person(reader, person_id)),
        verification_state=(await verifications.select(reader, person_id)).state,
        document=await identity_documents.select_current(reader, person_id),
        photos=sorted(await verification_images.select_current(reader, person_id)),
    )


def _remains(applicant: MergeSide, other: MergeSide | None) -> UUID | None:
    if other is None:
        return None
    try:
        return remaining(applicant.side, other.side)[0].person_id
    except (BothProven, MergeOutdated):
        return None
