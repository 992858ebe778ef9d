"""structlog set up once per process: one JSON line per entry, correlation ids, personal data masked by key and
by pattern (V54) before anything is written."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

_SECRET_KEYS = re.compile(
    r"(password|secret|token|authorization|cookie|otp|login_code|id_number|document_no|phone|openid|session_key"
    r"|address|full_name|email|api_key)",
    re.IGNORECASE,
)
# Resident ID (18 characters), mobile numbers, and anything that looks like a JWT.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])|(?<!\d)1[3-9]\d{9}(?!\d)|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+"
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x1b]")


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _CONTROL.sub(" ", _PERSONAL.sub("***", value))
    if isinstance(value, dict):
        return {key: "***" if _SECRET_KEYS.search(str(key)) else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def mask(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor: hide values by key name and by pattern, and strip control characters (log injection)."""
    for key in list(entry):
        entry[key] = "***" if _SECRET_KEYS.search(key) and key != "event" else _clean(entry[key])
    return entry


def _dump(entry: Any, **_: object) -> bytes:
    return orjson.dumps(entry, default=str)


def configure_logging(service: str, role: str, level: str = "info") -> None:
    """Route structlog and the standard library to one JSON stream on stdout."""
    threshold = getattr(logging, level.upper())
    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            mask,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stdout.buffer),
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_StandardLibraryFormatter(service, role))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # The pool logs a traceback per failed background reconnect, and robust connections one per retry.
    for noisy in ("asyncpg.pool", "aiormq", "aio_pika", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


class _StandardLibraryFormatter(logging.Formatter):
    """Third-party records in the same shape, masked by the same rules."""

    def __init__(self, service: str, role: str) -> None:
        super().__init__()
        self._fixed = {"service": service, "role": role}

    def format(self, record: logging.LogRecord) -> str:
        entry: MutableMapping[str, Any] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            **self._fixed,
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(mask(None, "", entry), default=str).decode()
