"""The only reader of the environment in this service."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from shared.secret_files import TakesSecretFiles
from shared.settings import ServiceSettings, SubjectKeySettings
from shared.tls import TlsSettings


class SmsSettings(TakesSecretFiles):
    """The SMS provider (Aliyun protocol, ACS3 signature)."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field("https://dysmsapi.aliyuncs.com", description="base address of the provider")
    access_key_id: str = ""
    access_key_secret: SecretStr = SecretStr("")
    tls: TlsSettings = TlsSettings()
    sign_name: str = Field("湖北卫生人才", description="approved signature shown in front of the text")
    timeout: float = Field(5.0, ge=1, description="seconds; the provider asks for at least 1")
    reconcile_after: float = Field(
        600.0, ge=1, description="seconds until an unknown outcome is looked up before any retry (M10)"
    )
    give_up_hours: float = Field(
        24.0, gt=0, description="a notice whose fate the provider can not tell for so long fails, for a human to see"
    )


class CallbackSettings(TakesSecretFiles):
    """Where one provider reports receipts (V68). Without a secret and sources nobody is let in."""

    model_config = ConfigDict(frozen=True)
    secret: SecretStr = Field(
        SecretStr(""), description="last part of the path the provider calls; 32 characters or more"
    )
    sources: tuple[IPvAnyNetwork, ...] = Field((), description="JSON list of networks the provider calls from")

    @field_validator("secret")
    @classmethod
    def _refuse_guessable(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < 32:
            raise ValueError("the secret of a callback has 32 characters or more")
        return secret


class CallbacksSettings(BaseModel):
    """The callbacks of the providers."""

    model_config = ConfigDict(frozen=True)
    aliyun: CallbackSettings = CallbackSettings()
    tencent: CallbackSettings = CallbackSettings()


class SendingSettings(BaseModel):
    """When texts go, and which never leave."""

    model_config = ConfigDict(frozen=True)
    quiet_hours: bool = Field(True, description="business notices wait from 21:00 to 08:00; must be true in production")
    morning_per_minute: int = Field(600, ge=1, description="so many of the notices that waited go in a minute")
    simulated_prefixes: tuple[Annotated[str, StringConstraints(pattern=r"^1[3-9]\d{5,9}$")], ...] = Field(
        (), description="JSON list of beginnings of numbers, 7 digits or more, whose texts count as delivered unsent"
    )


class RetentionSettings(BaseModel):
    """How long things are kept (V57)."""

    model_config = ConfigDict(frozen=True)
    phone_days: int = Field(7, ge=2, description="phones and codes leave deliveries that are done after so many days")
    message_days: int = Field(400, ge=30, description="what messages say goes after so many days; their kind stays")
    provider_days: int = Field(
        90, ge=31, description="receipts and providers' ids are forgotten after so many days; providers answer for 30"
    )


class Settings(ServiceSettings):
    """Environment prefix NOTIFICATION_."""

    model_config = SettingsConfigDict(
        env_prefix="NOTIFICATION_",
        env_nested_delimiter="__",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    subject_keys: SubjectKeySettings
    sms: SmsSettings = SmsSettings()
    callbacks: CallbacksSettings = CallbacksSettings()
    sending: SendingSettings = SendingSettings()
    retention: RetentionSettings = RetentionSettings()
    sms_provider: Literal["aliyun"] = "aliyun"

    @model_validator(mode="after")
    def _refuse_unsafe_provider(self) -> Self:
        """V52, V80: in production texts leave by TLS only."""
        if self.profile == "production" and not self.sms.endpoint.startswith("https://"):
            raise ValueError("production profile refused: sms.endpoint must be https://")
        if self.profile == "production" and not self.sending.quiet_hours:
            raise ValueError("production profile refused: sending.quiet_hours must be true")
        return self
