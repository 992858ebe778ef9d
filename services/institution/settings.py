"""Settings of the institution service: INSTITUTION_... in the environment."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from services.institution.domain.binding import CycleEnd
from services.institution.domain.confirmation_code import WrongCodeLimit
from services.institution.domain.sheet_import import SheetLimits
from shared.settings import ServiceSettings


class ConfirmationCodeSettings(BaseModel):
    """How many wrong confirmation codes are borne (4.3)."""

    model_config = ConfigDict(frozen=True)
    wrong_per_person: int = Field(5, ge=1, description="wrong codes of one person within the window")
    window_seconds: int = Field(3600, ge=1, description="length of the window in seconds")
    alarm_per_institution: int = Field(50, ge=1, description="wrong codes at one institution within the window")


class ImportSettings(BaseModel):
    """How large spreadsheets may be (B7, P2)."""

    model_config = ConfigDict(frozen=True)
    rows: int = Field(50_000, ge=1, le=100_000, description="rows of one spreadsheet of institutions or supervisors")
    megabytes: int = Field(12, ge=1, le=12, description="size of one such file; the gateway lets no more through")
    days: int = Field(30, ge=1, description="such sheets are forgotten so many days after their last step")


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
    imports: ImportSettings = ImportSettings()
    trainee_limit: int = Field(5, ge=1, le=50, description="probationers of one supervisor at the same time (F1)")
    cycle_end: str = Field(
        "08-31",
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="month and day until which an approved or filed declaration of that exam year holds its binding",
    )

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

    @property
    def sheet_limits(self) -> SheetLimits:
        """What a spreadsheet may hold as the domain takes it."""
        return SheetLimits(self.imports.rows, self.imports.megabytes * 1024 * 1024, self.imports.days)
