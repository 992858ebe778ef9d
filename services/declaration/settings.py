"""Settings of the declaration service; the only reader of its environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """DECLARATION_* variables."""

    model_config = SettingsConfigDict(
        env_prefix="DECLARATION_",
        frozen=True,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    inspectors: int = Field(1, ge=1, le=8, description="processes that inspect uploaded files")
    claim_minutes: int = Field(30, ge=1, le=24 * 60, description="how long a reviewer's claim holds")
    upload_megabytes: int = Field(12, ge=1, le=64, description="largest uploaded file")
    upload_part_kilobytes: int = Field(1024, ge=64, le=8192, description="largest part of a resumable upload")
    upload_hours: int = Field(48, ge=1, le=24 * 14, description="how long a resumable upload may take")
    open_uploads: int = Field(5, ge=1, le=50, description="resumable uploads of one draft at once")
    document_pages: int = Field(20, ge=1, le=100, description="most pages of a document made of photos")
