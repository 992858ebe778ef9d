"""The one way TLS is opened to a database, broker, store or outside peer: 1.2 or newer, the certificate checked against
a named authority, the name against the certificate, nothing else accepted (V52)."""

import ssl
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class TlsSettings(BaseModel):
    """Whom a link believes, and how it shows who calls. There is no setting that checks less."""

    model_config = ConfigDict(frozen=True)
    ca_file: Path | None = Field(None, description="PEM of the authorities believed; without it those of the system")
    certificate_file: Path | None = Field(None, description="PEM of our own certificate, where the peer asks for one")
    key_file: Path | None = Field(None, description="PEM of its private key, where it is not in the same file")


def client_context(settings: TlsSettings) -> ssl.SSLContext:
    """A context that verifies. Renewed files are taken with the next call; those of open connections stay. Raises
    OSError (ssl.SSLError is one) for files that can not be read or do not belong together."""
    files = (settings.ca_file, settings.certificate_file, settings.key_file)
    return _context(files, tuple(file and file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=32)
def _context(files: tuple[Path | None, Path | None, Path | None], _written: tuple[int | None, ...]) -> ssl.SSLContext:
    authorities, certificate, key = files
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=authorities)
    # Stated, though the first three are what this Python does by itself: no default of a later one may loosen them.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context
