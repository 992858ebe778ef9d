"""A letter as it goes over the wire: plain text and the same as HTML, headers in which nothing can be smuggled."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from services.notification.channels.letter import Letter

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def message_id(letter: Letter, sender: str) -> str:
    """Ours, the same at every attempt: a server that saw the letter can tell."""
    return f"<{letter.out_id}@{sender.rpartition('@')[2]}>"


def written(letter: Letter, sender: str, sender_name: str, at: datetime) -> bytes:
    """The message. Both addresses must be ones by shared.mail_address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = _CONTROL.sub(" ", letter.subject).strip()
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(letter, sender)
    # No vacation notes and no bounces of bounces.
    message["Auto-Submitted"] = "auto-generated"
    # Base64, so that a line that starts with a point or is too long can not occur.
    body = letter.body.replace("\r\n", "\n")
    message.set_content(body, cte="base64")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.split("\n") if line.strip())
    message.add_alternative(
        f'<!doctype html><html><meta charset="utf-8"><body>{paragraphs}</body></html>', subtype="html", cte="base64"
    )
    return message.as_bytes()
