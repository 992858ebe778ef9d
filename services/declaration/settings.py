"""Settings of the declaration service; the only reader of its environment."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.declaration.domain.evaluation_clock import ClockPace
from services.declaration.domain.prior_row_pace import PriorRowPace
from services.declaration.domain.waiting_reviews import ReviewPace
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
    review_remind_days: int = Field(3, ge=1, le=60, description="days until a unit is reminded of a waiting review")
    review_escalate_days: int = Field(
        7, ge=2, le=90, description="days until its exam body is told of a waiting review"
    )
    review_warn_days: int = Field(2, ge=1, le=30, description="days before the review deadline that both are warned")
    due_before_days: int = Field(
        14, ge=1, le=60, description="days before the filing deadline that evaluations become due"
    )
    full_year_remind_days: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        (60, 30, 7), min_length=1, description="days before the last day for full years that people are reminded"
    )
    draft_remind_days: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        (7, 3, 1), description="days before their window closes that people hear of what they did not submit"
    )
    prior_row_remind_days: int = Field(
        3, ge=1, le=60, description="days until an earlier unit is reminded of a row it is asked about"
    )
    prior_row_escalate_days: int = Field(
        7, ge=2, le=90, description="days until its exam body is told that it does not answer"
    )
    prior_row_expire_days: int = Field(14, ge=3, le=120, description="days until nobody waits for its answer any more")
    signature_days: int = Field(7, ge=1, le=60, description="how long a supervisor may sign with a code")
    checks_per_minute: int = Field(60, ge=1, le=600, description="eligibility self-checks from one address")
    dry_run_most: int = Field(
        100_000, ge=100, le=2_000_000, description="declarations that one dry run of rules judges"
    )
    upload_megabytes: int = Field(12, ge=1, le=64, description="largest uploaded file")
    upload_part_kilobytes: int = Field(1024, ge=64, le=8192, description="largest part of a resumable upload")
    upload_hours: int = Field(48, ge=1, le=24 * 14, description="how long a resumable upload may take")
    open_uploads: int = Field(5, ge=1, le=50, description="resumable uploads of one draft at once")
    document_pages: int = Field(20, ge=1, le=100, description="most pages of a document made of photos")
    announce_per_second: int = Field(
        50,
        ge=1,
        le=100_000,
        description="people, units and bodies told of moved dates in a second, by all workers together",
    )
    export_hours: int = Field(72, ge=1, le=24 * 30, description="how long the file of an export is kept")
    packet_notice_minutes: int = Field(
        5, ge=1, le=24 * 60, description="how long a decision packet waits for the texts of notices"
    )
    progress_streams: int = Field(
        1500, ge=1, le=50_000, description="live progress streams open at a time in a process"
    )

    network_calls_per_minute: int = Field(
        12_000, ge=1, le=1_000_000, description="status calls of one machine client, all at once or spread"
    )

    @model_validator(mode="after")
    def _order_days_of_requests(self) -> Self:
        if not self.prior_row_pace.ordered:
            raise ValueError("prior_row_remind_days < prior_row_escalate_days < prior_row_expire_days is required")
        return self

    @property
    def prior_row_pace(self) -> PriorRowPace:
        """The days as the domain takes them."""
        return PriorRowPace(self.prior_row_remind_days, self.prior_row_escalate_days, self.prior_row_expire_days)

    @property
    def review_pace(self) -> ReviewPace:
        """The days as the domain takes them, for exam years that set none."""
        return ReviewPace(self.review_remind_days, self.review_escalate_days, self.review_warn_days)

    @property
    def evaluation_pace(self) -> ClockPace:
        """The days as the domain takes them."""
        return ClockPace(self.due_before_days, self.full_year_remind_days)
