"""A real mail server on loopback for one test, with replies out of the ordinary by step."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.throwaway_authority import Pair

CUT = "cut"
USERNAME, PASSWORD = "notices", "word-of-a-fictional-server"


@dataclass
class MailServer:
    """`replies`: step -> what is said instead of yes, e.g. "550 no such mailbox"; CUT hangs up, after the content was
    kept where the step is CONTENT."""

    port: int = 0
    replies: dict[str, deque[str]] = field(default_factory=dict)
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    logins: int = 0

    def says(self, step: str, *replies: str) -> None:
        """What comes next at a step."""
        self.replies.setdefault(step, deque()).extend(replies)

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """The greeting."""
        session.host_name = hostname
        said = self._next("GREETING", server)
        return responses if said is None else [said]

    async def handle_MAIL(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        """The sender."""
        envelope.mail_from = address
        return self._next("SENDER", server) or "250 OK"

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        """The recipient."""
        if (said := self._next("RECIPIENT", server)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The content."""
        waiting = self.replies.get("CONTENT")
        if waiting and waiting[0] != CUT:
            return waiting.popleft()
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return self._next("CONTENT", server) or "250 kept"

    def authenticate(self, _server: SMTP, _s: Session, _e: Envelope, _mechanism: str, given: Any) -> AuthResult:
        """The login."""
        self.logins += 1
        if (said := self._next("LOGIN", None)) is not None:
            return AuthResult(success=False, handled=False, message=said)
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USERNAME.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    def _next(self, step: str, server: SMTP | None) -> str | None:
        waiting = self.replies.get(step)
        said = waiting.popleft() if waiting else None
        if said == CUT and server is not None and server.transport is not None:
            cast("asyncio.Transport", server.transport).abort()
        return said


@asynccontextmanager
async def running_mail_server(
    security: Literal["tls", "starttls", "none"], certificate: Pair, login: bool = False
) -> AsyncIterator[MailServer]:
    """Serve on a free port of loopback."""
    server = MailServer()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)

    def conversation() -> SMTP:
        return SMTP(
            server,
            hostname="mail.example",
            ident="test",
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            auth_required=login,
            auth_require_tls=security == "starttls",
            authenticator=server.authenticate if login else None,
            loop=asyncio.get_running_loop(),
        )

    listening = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", 0, ssl=context if security == "tls" else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
