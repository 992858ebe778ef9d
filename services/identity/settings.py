"""Settings of the identity service: IDENTITY_... in the environment."""

from typing import Self

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from services.identity.domain.authority_limits import AuthorityLimits
from services.identity.domain.limits import (
    LoginCodeLimits,
    RecognitionLimits,
    RetentionLimits,
    SessionLimits,
    SigningKeyLimits,
    StaffLimits,
    VerificationLimits,
)
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """On top of what all services have, e.g. IDENTITY_VERIFICATION__FAILURES_PER_DAY."""

    model_config = SettingsConfigDict(
        env_prefix="IDENTITY_",
        frozen=True,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    login_code: LoginCodeLimits = LoginCodeLimits()
    session: SessionLimits = SessionLimits()
    verification: VerificationLimits = VerificationLimits()
    staff: StaffLimits = StaffLimits()
    signing_key: SigningKeyLimits = SigningKeyLimits()
    recognition: RecognitionLimits = RecognitionLimits()
    retention: RetentionLimits = RetentionLimits()
    authority: AuthorityLimits = AuthorityLimits()

    @model_validator(mode="after")
    def _refuse_unsafe_authority(self) -> Self:
        """V67, V80: in production questions leave by TLS only."""
        asked = self.profile == "production" and self.authority.provider != "off"
        if asked and not self.authority.address.startswith("https://"):
            raise ValueError("production profile refused: authority.endpoint must be https://")
        return self
