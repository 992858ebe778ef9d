"""Every number that says how often or how long, with its default; the environment may change it (A10, V2, V4)."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.identity.domain.code_life import CODE_LIFE, LETTER_CODE_LIFE


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LoginCodeLimits(_Limits):
    """One-time codes (V1, V2, V4)."""

    seconds: int = Field(CODE_LIFE.seconds, ge=30, le=600, description="life of a code in seconds")
    tries: int = Field(5, ge=1, le=10, description="guesses per code")
    wrong_per_day: int = Field(10, ge=1, le=100, description="wrong guesses per phone in 24 hours, over all codes")
    per_minute: int = Field(1, ge=1, description="codes sent to one phone in a minute")
    per_hour: int = Field(5, ge=1, description="codes sent to one phone in an hour")
    per_day: int = Field(10, ge=1, description="codes sent to one phone in 24 hours")
    per_address_and_hour: int = Field(300, ge=1, description="codes asked for from one address in an hour")
    per_device_and_hour: int = Field(20, ge=1, description="codes asked for by one device in an hour")
    budget_per_hour: int = Field(20_000, ge=1, description="codes sent in an hour by the whole platform")
    breaker_sample: int = Field(200, ge=1, description="codes sent in twenty minutes before the share is judged")
    breaker_share: float = Field(0.25, ge=0, le=1, description="least share of sent codes that is redeemed")
    puzzle_bits: int = Field(18, ge=8, le=26, description="work asked for while the breaker is open, in zero bits")
    puzzle_seconds: int = Field(300, ge=30, le=600, description="life of a puzzle in seconds")

    @property
    def sending(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) for one phone, all of which hold at once."""
        return (
            (self.per_minute, timedelta(minutes=1)),
            (self.per_hour, timedelta(hours=1)),
            (self.per_day, timedelta(hours=24)),
        )

    @property
    def guessing(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) of wrong guesses for one phone."""
        return ((self.wrong_per_day, timedelta(hours=24)),)


class EmailCodeLimits(_Limits):
    """Codes that confirm an e-mail address (A5, V1, V2, V4)."""

    seconds: int = Field(
        LETTER_CODE_LIFE.seconds, ge=60, le=1800, description="life of a code sent by e-mail, in seconds"
    )
    tries: int = Field(5, ge=1, le=10, description="guesses per code sent by e-mail")
    wrong_per_day: int = Field(10, ge=1, le=100, description="wrong guesses a person has in 24 hours, over all of them")
    per_hour: int = Field(5, ge=1, description="codes by e-mail that one person may ask for in an hour, one a minute")
    per_day: int = Field(10, ge=1, description="codes by e-mail that one person may ask for in 24 hours")
    per_mailbox_and_day: int = Field(
        20, ge=1, description="codes sent to one address in 24 hours, whoever asks; nothing says that no more are sent"
    )

    @property
    def sending(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) for one person, all of which hold at once."""
        day, hour = timedelta(hours=24), timedelta(hours=1)
        return ((self.per_day, day), (self.per_hour, hour), (1, timedelta(minutes=1)))

    @property
    def guessing(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) of wrong guesses by one person."""
        return ((self.wrong_per_day, timedelta(hours=24)),)


class SessionLimits(_Limits):
    """Tokens and sessions (V14, V16, V18)."""

    access_seconds: int = Field(600, ge=30, le=600, description="life of an access token in seconds")
    replay_seconds: int = Field(10, ge=0, le=60, description="a used refresh token still gives the same pair this long")
    candidate_idle_minutes: int = Field(30, ge=1, description="a person's session ends after this long without use")
    candidate_hours: int = Field(12, ge=1, description="longest life of a person's session")
    staff_idle_minutes: int = Field(15, ge=1, description="a staff session ends after this long without use")
    staff_hours: int = Field(8, ge=1, description="longest life of a staff session")
    proof_minutes: int = Field(10, ge=1, le=60, description="sensitive acts need a code redeemed at most this long ago")
    hold_hours: int = Field(24, ge=0, description="after a change of phone sensitive acts wait this long")
    credentials: int = Field(5, ge=2, description="ways to log in that one person may have")

    def idle(self, subject_kind: str) -> timedelta:
        """How long a session may rest between two refreshes."""
        return timedelta(minutes=self.staff_idle_minutes if subject_kind == "staff" else self.candidate_idle_minutes)

    def longest(self, subject_kind: str) -> timedelta:
        """How long a session may last at all."""
        return timedelta(hours=self.staff_hours if subject_kind == "staff" else self.candidate_hours)


class VerificationLimits(_Limits):
    """Automatic checks of identity (A10, V31)."""

    failures_per_day: int = Field(3, ge=1, description="failed automatic checks a person may have in a day")
    failures_in_all: int = Field(5, ge=1, description="failed automatic checks a person may have in all")
    starts_per_six_hours: int = Field(5, ge=1, description="automatic checks a person may start in six hours")
    starts_per_number_and_hour: int = Field(10, ge=1, description="checks of one number in an hour, all persons")
    uploads_per_hour: int = Field(30, ge=2, description="photos a person may upload in an hour")
    consent_version: str = Field("2026-1", min_length=1, description="version of the consent to process ID photos")
    catalogue_file: Path | None = Field(None, description="TOML file of document years and reasons; our own if unset")
    claim_minutes: int = Field(30, ge=1, description="a reviewer's claim on a request ends after this long")
    image_link_seconds: int = Field(60, ge=10, le=120, description="life of a link to a photo (V33, V44)")
    hosts_exempt_proofs: bool = Field(
        False, description="the military upload their proofs here, where the exam year does not say otherwise (A18)"
    )
    image_bytes: int = Field(12 * 1024 * 1024, ge=65_536, description="largest photo accepted, in bytes")
    image_long_side: int = Field(600, ge=100, description="smallest long side of a photo, in pixels")

    @property
    def starts_per_person(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) of starts by one person (V31)."""
        return ((self.starts_per_six_hours, timedelta(hours=6)),)

    @property
    def starts_per_number(self) -> tuple[tuple[int, timedelta], ...]:
        """(count, window) of starts with one number, by whomever (V31)."""
        return ((self.starts_per_number_and_hour, timedelta(hours=1)),)


class RetentionLimits(_Limits):
    """How long things are kept (V57); what each of them is stands in personal_data.toml."""

    image_days: int = Field(30, ge=1, description="photos of documents go this many days after the decision")
    replaced_minutes: int = Field(60, ge=5, description="photos out of use are removed after this many minutes")
    code_hours: int = Field(24, ge=1, description="codes are forgotten this many hours after they expired")
    guard_days: int = Field(2, ge=1, description="what happened at a phone is forgotten after so many idle days")
    device_days: int = Field(180, ge=1, description="devices of a login are forgotten after so many idle days")
    session_days: int = Field(30, ge=1, description="sessions are forgotten this many days after their end")
    job_days: int = Field(30, ge=1, description="readings of cards are forgotten after this many days")
    request_days: int = Field(180, ge=1, description="decided requests leave the reviewers' list after so many days")
    merge_days: int = Field(180, ge=1, description="decided merges of accounts are forgotten after so many days")
    choice_days: int = Field(30, ge=1, description="choices of another channel go so many days after being taken back")
    proof_days: int = Field(180, ge=1, description="proofs of the military go this many days after their upload")
    sheet_days: int = Field(30, ge=1, description="sheets of invitations are forgotten after this many days")
    day_key_days: int = Field(2, ge=1, description="keys that seal codes on their way are destroyed after so many days")
    export_days: int = Field(7, ge=1, description="copies of one's own data can be fetched for this many days")


class StaffLimits(_Limits):
    """Staff accounts (V11, V12, V13)."""

    invitation_hours: int = Field(72, ge=1, le=72, description="life of the one-time secret of an invitation in hours")
    invitation_days: int = Field(7, ge=3, le=30, description="an invitation can be renewed for so many days")
    invitation_remind_days: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        (3, 1), description="days before an invitation ends for good that inviter and invited are reminded"
    )
    sheet_rows: int = Field(500, ge=1, le=2000, description="people in one spreadsheet of invitations")
    archive_days: int = Field(180, ge=1, description="a disabled account is archived after so many days")
    login_log_days: int = Field(180, ge=180, description="logins are kept so many days (at least six months by law)")
    failures: int = Field(5, ge=1, le=10, description="failed logins until the phone is locked out")
    lock_minutes: int = Field(15, ge=1, description="length of the lock, and the window in which failures add up")
    password_length: int = Field(10, ge=8, le=64, description="shortest password")
    breached_file: Path | None = Field(None, description="list of leaked passwords, made by build-breached-list")
    complex_passwords: bool = Field(True, description="three kinds of characters required (GB/T 22239 profile)")
    guesses_per_address_and_hour: int = Field(600, ge=1, description="staff logins tried from one address in an hour")


class PasskeyLimits(_Limits):
    """Passkeys of staff (V11)."""

    party_id: str = Field(
        "", description="host that passkeys are made for, for good; the host of the public URL if unset"
    )
    origins: tuple[str, ...] = Field(
        (), description="JSON list of origins of the pages; that of the public URL if unset"
    )
    seconds: int = Field(180, ge=30, le=600, description="life of a passkey challenge in seconds")
    per_account: int = Field(5, ge=1, le=8, description="passkeys one staff account may have")
    questions_per_address_and_hour: int = Field(
        600, ge=1, description="passkey logins begun from one address in an hour"
    )


class ClientLimits(_Limits):
    """Machine clients (4.10)."""

    token_seconds: int = Field(
        50, ge=10, le=50, description="life of a client's token: the longest it outlives its client"
    )
    overlap_days: int = Field(7, ge=0, le=90, description="an exchanged key works on for so many days")
    key_days: int = Field(365, ge=1, le=730, description="a key works for so many days")


class SigningKeyLimits(_Limits):
    """Keys of access tokens (V15)."""

    announce_seconds: int = Field(120, ge=10, description="a new key is published this long before it signs")
    rotate_days: int = Field(90, ge=1, description="a key signs for this long")
    slack_seconds: int = Field(120, ge=60, description="a key stays trusted this long after its last token expired")


class RecognitionLimits(_Limits):
    """The machines that read cards."""

    processes: int = Field(1, ge=1, le=64, description="reading processes per copy of the ocr role")
    seconds: float = Field(20.0, gt=0, description="longest time for one card")
    memory_megabytes: int = Field(1000, ge=600, description="memory of one reading process")
    jobs_per_process: int = Field(500, ge=1, description="a reading process is replaced after so many cards")
    tries: int = Field(3, ge=1, description="a card is given up after so many crashed readings")
    lease_seconds: int = Field(120, ge=60, description="a job whose reader died is taken again after this long")
    poll_seconds: float = Field(0.5, gt=0, description="pause between two looks at an empty queue")
