"""The only reader of the environment in this service."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
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


class RetentionSettings(BaseModel):
    """How long things are kept (V57)."""

    model_config = ConfigDict(frozen=True)
    phone_days: int = Field(7, ge=2, description="phones and codes leave deliveries that are done after so many days")


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
    retention: RetentionSettings = RetentionSettings()
    inbox_streams: int = Field(1500, ge=1, le=50_000, description="live inboxes open at a time in a process")
    sms_provider: Literal["aliyun"] = "aliyun"

    @model_validator(mode="after")
    def _refuse_unsafe_provider(self) -> Self:
        """V52, V80: in production texts leave by TLS only."""
        if self.profile == "production" and not self.sms.endpoint.startswith("https://"):
            raise ValueError("production profile refused: sms.endpoint must be https://")
        return self
