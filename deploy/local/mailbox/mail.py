"""The mailbox's mail server: letters are shown beside the texts. It asks for no login and speaks no TLS, since nothing
that reaches it leaves the machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mailbox.letters import Letters

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class _Postman:
    """Puts what the server takes into the box."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The content, for all its recipients."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(("plain",))
        text = "" if body is None else body.get_content().replace("\r\n", "\n").strip()
        shown, own_id = f"{message['Subject']}\n{text}", str(message["Message-ID"] or "")
        for to in envelope.rcpt_tos:
            self._letters.keep("email", to, shown, "", {}, own_id, datetime.now(_SHANGHAI))
        return "250 kept"


@asynccontextmanager
async def mail_server(letters: Letters, host: str, port: int) -> AsyncIterator[int]:
    """Take letters until left; the port, which is a free one where 0 was asked for."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(_Postman(letters), hostname="mailbox", loop=loop), host, port)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def taking_mail(letters: Letters, host: str, port: int) -> Callable[[web.Application], AsyncIterator[None]]:
    """The same, for as long as an application serves."""

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        async with mail_server(letters, host, port):
            yield

    return lifetime
