"""Settings of the declaration service; the only reader of its environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings, SubjectKeySettings


class Settings(ServiceSettings):
    """DECLARATION_* variables."""

    model_config = SettingsConfigDict(
        env_prefix="DECLARATION_",
        frozen=True,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    subject_keys: SubjectKeySettings
    inspectors: int = Field(1, ge=1, le=8, description="processes that inspect uploaded files")
    claim_minutes: int = Field(30, ge=1, le=24 * 60, description="how long a reviewer's claim holds")
    upload_megabytes: int = Field(12, ge=1, le=64, description="largest uploaded file")
