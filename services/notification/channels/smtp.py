"""E-mail by SMTP, over verified TLS from the first byte or by STARTTLS, never in the clear unless a test says so
(V52). What fails before the content was sent has not gone; a silence afterwards is an unknown outcome."""

import ssl
from dataclasses import dataclass

import aiosmtplib
import structlog

from services.notification.channels.letter import Letter
from services.notification.channels.mail_text import message_id, written
from services.notification.channels.smtp_codes import Step, verdict_of
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.settings import SmtpSettings
from shared.clock import Clock
from shared.mail_address import is_address
from shared.secret_files import SecretUnreadable
from shared.tls import client_context

log = structlog.get_logger()


@dataclass
class _Progress:
    """How far one conversation has come."""

    step: Step = Step.GREETING


class SmtpLetters:
    """Implements LetterChannel; one connection per letter. `clock` dates the letters."""

    def __init__(self, settings: SmtpSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def send(self, letter: Letter) -> Outcome:
        """Try once."""
        if not is_address(letter.address):
            return Outcome(Verdict.FALL_BACK, "address")
        progress = _Progress()
        try:
            await self._converse(letter, progress)
        except SecretUnreadable:
            return self._alarm("secret_unreadable")
        except aiosmtplib.SMTPResponseException as refused:
            return self._refused(progress.step, refused.code)
        except (aiosmtplib.SMTPException, OSError) as failure:
            return self._failed(progress.step, failure)
        return Outcome(Verdict.SENT, "250", message_id(letter, self._settings.sender))

    async def close(self) -> None:
        """Nothing stays open between letters."""

    async def _converse(self, letter: Letter, progress: _Progress) -> None:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=client_context(settings.tls),
            timeout=settings.timeout,
            local_hostname=settings.sender.rpartition("@")[2],
        )
        try:
            await client.connect()
            progress.step = Step.LOGIN
            if settings.username:
                await self._log_in(client)
            progress.step = Step.SENDER
            await client.mail(settings.sender)
            progress.step = Step.RECIPIENT
            await client.rcpt(letter.address)
            progress.step = Step.CONTENT
            await client.data(written(letter, settings.sender, settings.sender_name, self._clock.now()))
        finally:
            # Without the courtesy of QUIT: what it answers changes nothing, and may be late.
            client.close()

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        """By one mechanism: a second try with the same wrong password would only bring a lock-out nearer. TLS hides
        it."""
        await client.ehlo()
        name, password = self._settings.username, self._settings.password.get_secret_value()
        offered = client.supported_auth_methods
        if "plain" in offered:
            await client.auth_plain(name, password)
        elif "login" in offered:
            await client.auth_login(name, password)
        else:
            raise aiosmtplib.SMTPException("the server offers no way to log in")

    def _refused(self, step: Step, code: int) -> Outcome:
        verdict = verdict_of(step, code)
        told = f"{step.value}_{code}"
        return self._alarm(told) if verdict is Verdict.ALARM else Outcome(verdict, told)

    def _failed(self, step: Step, failure: Exception) -> Outcome:
        """Silence, a cut connection, or a server that can not do what is asked of it."""
        if step is Step.CONTENT:
            return Outcome(Verdict.UNKNOWN, "no_answer")
        if isinstance(failure.__cause__, ssl.SSLError) or isinstance(failure, ssl.SSLError):
            return self._alarm("tls")
        silent = isinstance(failure, (aiosmtplib.SMTPTimeoutError, ConnectionError, TimeoutError, OSError))
        # The rest is a server without STARTTLS, or without a way to log in.
        return Outcome(Verdict.RETRY, f"{step.value}_silent") if silent else self._alarm(f"{step.value}_unfit")

    def _alarm(self, code: str) -> Outcome:
        log.error("mail_alarm", code=code)
        return Outcome(Verdict.ALARM, code)
