"""Settings of the institution service: INSTITUTION_... in the environment."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from services.institution.domain.binding import CycleEnd
from services.institution.domain.binding_request import RequestLimit
from services.institution.domain.confirmation_code import WrongCodeLimit
from services.institution.domain.sheet_import import SheetLimits
from shared.settings import ServiceSettings


class ConfirmationCodeSettings(BaseModel):
    """How many confirmation codes an institution has, and how many wrong ones are borne (4.3)."""

    model_config = ConfigDict(frozen=True)
    wrong_per_person: int = Field(5, ge=1, description="wrong codes of one person within the window")
    window_seconds: int = Field(3600, ge=1, description="length of the window in seconds")
    alarm_per_institution: int = Field(50, ge=1, description="wrong codes at one institution within the window")
    in_force_per_institution: int = Field(50, ge=1, le=200, description="codes an institution may have in force")


class BindingSettings(BaseModel):
    """How requests without a code are limited, and how soon a disputed end of a binding is settled (4.3)."""

    model_config = ConfigDict(frozen=True)
    requests_per_person: int = Field(5, ge=1, description="requests without a code of one person within a day")
    request_days: int = Field(14, ge=1, description="days an institution has to decide on a request")
    settle_seconds: float = Field(
        2.0, ge=0, description="age of a dispute between a declaration and the end of its binding before it is settled"
    )


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
    binding: BindingSettings = BindingSettings()
    imports: ImportSettings = ImportSettings()
    trainee_limit: int = Field(5, ge=1, le=50, description="probationers of one supervisor at the same time (F1)")
    cycle_end: str = Field(
        "08-31",
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="month and day until which an approved or filed declaration of that exam year holds its binding",
    )

    claim_minutes: int = Field(60, ge=1, le=24 * 60, description="how long a reviewer's claim of an application holds")

    licence_notice_days: int = Field(60, ge=1, le=366, description="how long before its last day a licence is told of")

    export_hours: int = Field(72, ge=1, le=24 * 30, description="how long the file of an export is kept")

    @property
    def wrong_code_limit(self) -> WrongCodeLimit:
        """The limit as the domain takes it."""
        code = self.confirmation_code
        return WrongCodeLimit(code.wrong_per_person, timedelta(seconds=code.window_seconds), code.alarm_per_institution)

    @property
    def request_limit(self) -> RequestLimit:
        """The limit of requests as the domain takes it."""
        binding = self.binding
        return RequestLimit(binding.requests_per_person, timedelta(days=1), timedelta(days=binding.request_days))

    @property
    def settle_after(self) -> timedelta:
        """The age at which a dispute is settled."""
        return timedelta(seconds=self.binding.settle_seconds)

    @property
    def binding_held_until(self) -> CycleEnd:
        """The end of a cycle's hold as the domain takes it."""
        month, day = self.cycle_end.split("-")
        return CycleEnd(int(month), int(day))

    @property
    def sheet_limits(self) -> SheetLimits:
        """What a spreadsheet may hold as the domain takes it."""
        return SheetLimits(self.imports.rows, self.imports.megabytes * 1024 * 1024, self.imports.days)
