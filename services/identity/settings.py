"""Settings of the identity service: IDENTITY_... in the environment."""

from pydantic_settings import SettingsConfigDict

from services.identity.domain.limits import (
    LoginCodeLimits,
    RecognitionLimits,
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
