"""Bodies and answers about passkeys. What browsers make and take keeps the names the standard gives it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.identity.api.login_schemas import Code, PhoneText
from services.identity.api.staff_schemas import Password
from services.identity.domain.passkeys import Passkey
from shared.web.schemas import Body, View

Label = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Encoded = Annotated[str, StringConstraints(min_length=1, max_length=2048, pattern=r"^[A-Za-z0-9_-]+$")]
LongEncoded = Annotated[str, StringConstraints(min_length=1, max_length=16_384, pattern=r"^[A-Za-z0-9_-]+$")]


class _CredentialBody(Body):
    """What every `PublicKeyCredential.toJSON()` has."""

    id: Encoded
    rawId: Encoded
    type: Literal["public-key"]
    authenticatorAttachment: Literal["platform", "cross-platform"] | None = None
    clientExtensionResults: dict[str, Any] = Field(default_factory=dict, max_length=20)


class AssertionResponseBody(Body):
    """The answer to a login, all parts base64url."""

    clientDataJSON: Encoded
    authenticatorData: Encoded
    signature: Encoded
    userHandle: Encoded | None = None


class AssertionBody(_CredentialBody):
    """What `navigator.credentials.get` gave, as JSON."""

    response: AssertionResponseBody


class AttestationResponseBody(Body):
    """The answer to a registration; only the first two are looked at, the others repeat what is in them."""

    clientDataJSON: Encoded
    attestationObject: LongEncoded
    authenticatorData: LongEncoded | None = None
    publicKey: LongEncoded | None = None
    publicKeyAlgorithm: int | None = None
    transports: list[Annotated[str, StringConstraints(max_length=30)]] = Field(default_factory=list, max_length=10)


class AttestationBody(_CredentialBody):
    """What `navigator.credentials.create` gave, as JSON."""

    response: AttestationResponseBody


class PasskeyAnswerBody(Body):
    """The challenge that was given out, and the authenticator's answer to it; each works once."""

    challenge_id: UUID
    credential: AssertionBody


class PasskeyLoginQuestionBody(Body):
    """`login`: a passkey instead of password and code; `second_factor`: beside the password."""

    phone: PhoneText
    purpose: Literal["login", "second_factor"] = "login"


class OwnPasskeyQuestionBody(Body):
    """Inside a session: to register a passkey, or to prove oneself anew."""

    purpose: Literal["registration", "step_up"]


class PasskeyQuestionView(View):
    """`public_key` goes to `navigator.credentials` by `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    It looks the same for every phone, known or not (V6)."""

    challenge_id: UUID
    public_key: dict[str, Any]
    expires_at: datetime


class PasskeySessionBody(Body):
    """A whole login by a passkey whose device verified its holder: two factors in one."""

    phone: PhoneText
    passkey: PasskeyAnswerBody


class StaffSessionBody(Body):
    """The password, and a code or a passkey; `scope_id` narrows to one account of a phone with several."""

    phone: PhoneText
    password: Password
    totp: Code | None = None
    passkey: PasskeyAnswerBody | None = None
    scope_id: UUID | None = None

    @model_validator(mode="after")
    def _one_second_factor(self) -> "StaffSessionBody":
        if (self.totp is None) == (self.passkey is None):
            raise ValueError("either totp or passkey")
        return self


class StaffStepUpBody(Body):
    """Password and code, or a passkey."""

    password: Password | None = None
    totp: Code | None = None
    passkey: PasskeyAnswerBody | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "StaffStepUpBody":
        by_password = self.password is not None and self.totp is not None
        anything_of_it = self.password is not None or self.totp is not None
        if by_password == (self.passkey is not None) or (anything_of_it and not by_password):
            raise ValueError("either password and totp, or passkey")
        return self


class PasskeyBody(Body):
    """A new passkey and the name its holder gives to it."""

    challenge_id: UUID
    label: Label
    credential: AttestationBody


class PasskeyLabelBody(Body):
    """Another name."""

    label: Label


class PasskeyView(View):
    """One of the caller's own passkeys. A suspected one is not accepted any more: remove it and register anew.
    `backed_up`: the device keeps it in a cloud, so it is not lost with the device."""

    passkey_id: UUID
    label: str
    backed_up: bool
    version: int
    created_at: datetime
    last_used_at: datetime | None
    suspected_at: datetime | None

    @classmethod
    def of(cls, passkey: Passkey) -> "PasskeyView":
        """As its holder sees it."""
        return cls.model_validate(passkey, from_attributes=True)


class SecondFactorsView(View):
    """What the caller's account can be proven by besides the password; at most as many passkeys as are allowed."""

    has_totp: bool
    passkeys: list[PasskeyView] = Field(max_length=8)
