"""What is asked of an authenticator and how its answer is judged (WebAuthn level 3, 7.1 and 7.2).

Everything that can be judged without knowing an account is judged first and named; what depends on one (whose passkey,
whether it signed) is one refusal for all cases, and costs a signature check for phones nobody has too (V6)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    encode_cbor,
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_authenticator_data,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorData,
    AuthenticatorSelectionCriteria,
    ClientDataType,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.domain.passkeys import (
    VERIFIES_USER,
    Passkey,
    PasskeyChallengeRefused,
    PasskeyOriginWrong,
    PasskeyPartyWrong,
    PasskeyProof,
    PasskeyPurpose,
    PasskeyRefused,
    PasskeyUnreadable,
    PasskeyUserNotVerified,
)
from services.identity.domain.relying_party import RelyingParty

_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_NAME: Final = "Tiro 试用期考核"
_LONGEST_ID: Final = 1023
_NO_COUNTER: Final = 0
"""Counters are compared under lock by `use_passkey`, not by the library."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A login's answer, taken apart."""

    credential: AuthenticationCredential
    client: CollectedClientData
    data: AuthenticatorData


@dataclass(frozen=True, slots=True)
class Attestation:
    """A registration's answer, taken apart."""

    credential: RegistrationCredential
    client: CollectedClientData
    data: AuthenticatorData


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What is kept of a registration."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


class Passkeys:
    """Questions to authenticators of one relying party, and the verdict on answers; one per process."""

    def __init__(self, party: RelyingParty) -> None:
        self._party = party
        self._nobody = _decoy_key()

    def registration_options(
        self, challenge: bytes, staff_id: UUID, shown_name: str, known: Sequence[bytes], seconds: int
    ) -> dict[str, Any]:
        """For `navigator.credentials.create`; `shown_name` is what the device lists, so it must be masked."""
        options = generate_registration_options(
            rp_id=self._party.party_id,
            rp_name=_NAME,
            user_id=staff_id.bytes,
            user_name=shown_name,
            challenge=challenge,
            timeout=seconds * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            supported_pub_key_algs=_ALGORITHMS,
        )
        return options_to_json_dict(options)

    def assertion_options(
        self, challenge: bytes, purpose: PasskeyPurpose, allowed: Sequence[bytes], seconds: int
    ) -> dict[str, Any]:
        """For `navigator.credentials.get`."""
        wanted = purpose in VERIFIES_USER
        options = generate_authentication_options(
            rp_id=self._party.party_id,
            challenge=challenge,
            timeout=seconds * 1000,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in allowed],
            user_verification=UserVerificationRequirement.REQUIRED if wanted else UserVerificationRequirement.PREFERRED,
        )
        return options_to_json_dict(options)

    def proof(
        self, answer: Assertion, challenge: bytes, purpose: PasskeyPurpose, passkeys: Sequence[Passkey]
    ) -> PasskeyProof:
        """Which of `passkeys` signed the challenge. Raises PasskeyChallengeRefused, PasskeyOriginWrong,
        PasskeyPartyWrong, PasskeyUserNotVerified, PasskeyRefused."""
        self._require(answer.client, answer.data, ClientDataType.WEBAUTHN_GET, challenge, purpose)
        signer = next((one for one in passkeys if one.credential_id == answer.credential.raw_id), None)
        signed = self._signed(answer, challenge, self._nobody if signer is None else signer.public_key)
        if signer is None or not signed:
            raise PasskeyRefused
        handle = answer.credential.response.user_handle
        if handle and handle != signer.staff_id.bytes:
            raise PasskeyRefused
        return PasskeyProof(
            signer.passkey_id, signer.staff_id, answer.data.sign_count, backed_up=bool(answer.data.flags.bs)
        )

    def new_credential(self, answer: Attestation, challenge: bytes) -> NewCredential:
        """What a registration made. Raises as `proof`, and PasskeyUnreadable for what can not be accepted."""
        self._require(answer.client, answer.data, ClientDataType.WEBAUTHN_CREATE, challenge, "registration")
        try:
            made = verify_registration_response(
                credential=answer.credential,
                expected_challenge=challenge,
                expected_rp_id=self._party.party_id,
                expected_origin=list(self._party.origins),
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        except Exception as error:  # the library and its parsers raise many kinds; none of them means accepted
            raise PasskeyUnreadable from error
        # The library does not compare the id that was said with the one that was made, nor limit it (WebAuthn 7.1).
        if made.credential_id != answer.credential.raw_id or len(made.credential_id) > _LONGEST_ID:
            raise PasskeyUnreadable
        return NewCredential(made.credential_id, made.credential_public_key, made.sign_count, made.credential_backed_up)

    def _signed(self, answer: Assertion, challenge: bytes, public_key: bytes) -> bool:
        try:
            verify_authentication_response(
                credential=answer.credential,
                expected_challenge=challenge,
                expected_rp_id=self._party.party_id,
                expected_origin=list(self._party.origins),
                credential_public_key=public_key,
                credential_current_sign_count=_NO_COUNTER,
            )
        except Exception:  # as above: whatever is wrong with it, it is not a signature of this key
            return False
        return True

    def _require(
        self,
        client: CollectedClientData,
        data: AuthenticatorData,
        kind: ClientDataType,
        challenge: bytes,
        purpose: PasskeyPurpose,
    ) -> None:
        if client.type != kind:
            raise PasskeyUnreadable
        if client.challenge != challenge:
            raise PasskeyChallengeRefused
        # Framed by another site the person sees that site's address: nothing of ours is framed.
        if client.origin not in self._party.origins or client.cross_origin:
            raise PasskeyOriginWrong
        if data.rp_id_hash != hashlib.sha256(self._party.party_id.encode()).digest():
            raise PasskeyPartyWrong
        if not data.flags.up or (purpose in VERIFIES_USER and not data.flags.uv):
            raise PasskeyUserNotVerified


def read_assertion(answer: Mapping[str, Any]) -> Assertion:
    """The JSON of a `PublicKeyCredential` got by a login. Raises PasskeyUnreadable."""
    try:
        credential = parse_authentication_credential_json(dict(answer))
        response = credential.response
        client = parse_client_data_json(response.client_data_json)
        return Assertion(credential, client, parse_authenticator_data(response.authenticator_data))
    except Exception as error:  # foreign bytes: the parsers raise many kinds
        raise PasskeyUnreadable from error


def read_attestation(answer: Mapping[str, Any]) -> Attestation:
    """The JSON of a `PublicKeyCredential` made by a registration. Raises PasskeyUnreadable."""
    try:
        credential = parse_registration_credential_json(dict(answer))
        response = credential.response
        client = parse_client_data_json(response.client_data_json)
        return Attestation(credential, client, parse_attestation_object(response.attestation_object).auth_data)
    except Exception as error:  # foreign bytes: the parsers raise many kinds
        raise PasskeyUnreadable from error


def _decoy_key() -> bytes:
    """A key whose private half is thrown away: checked against where there is no passkey."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    coordinates = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    return encode_cbor({1: 2, 3: -7, -1: 1} | coordinates)
