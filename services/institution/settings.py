"""Settings of the institution service: INSTITUTION_... in the environment."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from services.institution.domain.binding import CycleEnd
from services.institution.domain.confirmation_code import WrongCodeLimit
from shared.settings import ServiceSettings


class ConfirmationCodeSettings(BaseModel):
    """How many wrong confirmation codes are borne (4.3)."""

    model_config = ConfigDict(frozen=True)
    wrong_per_person: int = Field(5, ge=1, description="wrong codes of one person within the window")
    window_seconds: int = Field(3600, ge=1, description="length of the window in seconds")
    alarm_per_institution: int = Field(50, ge=1, description="wrong codes at one institution within the window")


class Settings(ServiceSettings):
    """The service's own settings on top of those that all services have."""

    model_config = SettingsConfigDict(
        env_prefix="INSTITUTION_",
        frozen=True,
        env_nested_delimiter="__",
        extra="ignore",
        hide_input_in_errors=True,
    )

    confirmation_code: ConfirmationCodeSettings = ConfirmationCodeSettings()
    cycle_end: str = Field(
        "08-31",
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="month and day until which an approved or filed declaration of that exam year holds its binding",
    )

    claim_minutes: int = Field(60, ge=1, le=24 * 60, description="how long a reviewer's claim of an application holds")

    licence_notice_days: int = Field(60, ge=1, le=366, description="how long before its last day a licence is told of")

    @property
    def wrong_code_limit(self) -> WrongCodeLimit:
        """The limit as the domain takes it."""
        code = self.confirmation_code
        return WrongCodeLimit(code.wrong_per_person, timedelta(seconds=code.window_seconds), code.alarm_per_institution)

    @property
    def binding_held_until(self) -> CycleEnd:
        """The end of a cycle's hold as the domain takes it."""
        month, day = self.cycle_end.split("-")
        return CycleEnd(int(month), int(day))
