"""The only reader of the environment in this service."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class SmsSettings(BaseModel):
    """The SMS provider (Aliyun protocol, ACS3 signature)."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field("https://dysmsapi.aliyuncs.com", description="base address of the provider")
    access_key_id: str = ""
    access_key_secret: SecretStr = SecretStr("")
    sign_name: str = Field("湖北卫生人才", description="approved signature shown in front of the text")
    timeout: float = Field(5.0, ge=1, description="seconds; the provider asks for at least 1")
    reconcile_after: float = Field(
        600.0, ge=1, description="seconds until an unknown outcome is looked up before any retry (M10)"
    )
    give_up_hours: float = Field(
        24.0, gt=0, description="a notice whose fate the provider can not tell for so long fails, for a human to see"
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

    sms: SmsSettings = SmsSettings()
    sms_provider: Literal["aliyun"] = "aliyun"
