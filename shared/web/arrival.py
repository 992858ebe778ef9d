"""When a request came: at the gateway, whose word is taken for the time it waited on the way here, so that nobody
misses a deadline by our own congestion (P17). The gateway overwrites what a client says in this header."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from shared.clock import SHANGHAI

HEADER: Final = "X-Tiro-Arrival"
"""`<seconds since 1970>-<seconds the gateway has had it>`, both with milliseconds."""
LONGEST_WAIT: Final = timedelta(minutes=2)
"""No request lives longer at the gateway: an earlier moment is a clock that is wrong, or moved by a test."""

_FORM: Final = re.compile(r"(\d{10}\.\d{3})-(\d{1,5}\.\d{3})", re.ASCII)


def arrival_of(request: web.Request, now: datetime) -> datetime:
    """When the gateway received the request; `now` without its word, or when that can not be true."""
    if (told := _FORM.fullmatch(request.headers.get(HEADER, ""))) is None:
        return now
    came = datetime.fromtimestamp(float(told[1]) - float(told[2]), UTC).astimezone(SHANGHAI)
    return came if now - LONGEST_WAIT <= came <= now else now
