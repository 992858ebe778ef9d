"""Settings of the identity service: IDENTITY_... in the environment."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.identity.domain.authority_limits import AuthorityLimits
from services.identity.domain.limits import (
    ClientLimits,
    EmailCodeLimits,
    LoginCodeLimits,
    PasskeyLimits,
    RecognitionLimits,
    RetentionLimits,
    SessionLimits,
    SigningKeyLimits,
    StaffLimits,
    VerificationLimits,
)
from services.identity.domain.relying_party import RelyingParty, faults_of, production_faults_of, relying_party
from shared.settings import ServiceSettings, SubjectKeySettings
from shared.wechat.settings import WechatApp


class WechatSettings(WechatApp):
    """The mini-program at WeChat (A3, V10). Without an appid WeChat login is off."""

    phone_seconds: int = Field(300, ge=30, description="oldest phone authorisation that is believed, in seconds")
    logins_per_address_and_hour: int = Field(600, ge=1, description="WeChat logins tried from one address in an hour")


class Settings(ServiceSettings):
    """On top of what all services have, e.g. IDENTITY_VERIFICATION__FAILURES_PER_DAY."""

    model_config = SettingsConfigDict(
        env_prefix="IDENTITY_",
        frozen=True,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    subject_keys: SubjectKeySettings
    login_code: LoginCodeLimits = LoginCodeLimits()
    email_code: EmailCodeLimits = EmailCodeLimits()
    session: SessionLimits = SessionLimits()
    verification: VerificationLimits = VerificationLimits()
    staff: StaffLimits = StaffLimits()
    passkey: PasskeyLimits = PasskeyLimits()
    client: ClientLimits = ClientLimits()
    signing_key: SigningKeyLimits = SigningKeyLimits()
    recognition: RecognitionLimits = RecognitionLimits()
    retention: RetentionLimits = RetentionLimits()
    authority: AuthorityLimits = AuthorityLimits()
    wechat: WechatSettings = WechatSettings()

    @property
    def relying_party(self) -> RelyingParty:
        """For which site passkeys are made."""
        return relying_party(self.public_url, self.passkey.party_id, self.passkey.origins)

    @model_validator(mode="after")
    def _refuse_unsafe_passkeys(self) -> Self:
        """V11, V80: passkeys made for this machine, or for pages without TLS, are worth nothing in production."""
        party = self.relying_party
        if faults := faults_of(party):
            raise ValueError("; ".join(faults))
        if self.profile == "production" and (faults := production_faults_of(party)):
            raise ValueError("production profile refused: " + "; ".join(faults))
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_authority(self) -> Self:
        """V67, V80: in production questions leave by TLS only."""
        asked = self.profile == "production" and self.authority.provider != "off"
        if asked and not self.authority.address.startswith("https://"):
            raise ValueError("production profile refused: authority.endpoint must be https://")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_wechat(self) -> Self:
        """V80: no plain connection to WeChat, and no app without its secret."""
        if faults := self.wechat.faults("wechat", self.profile == "production"):
            raise ValueError("; ".join(faults))
        return self
