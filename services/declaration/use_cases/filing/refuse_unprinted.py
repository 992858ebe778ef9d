"""Why a paper can not be had yet: it waits, is being set, or can not be set."""

from typing import Final, NoReturn

from services.declaration.domain.filing_errors import CertificateNotPrintable, FileNotPrintable, FileNotReady
from services.declaration.storage.print_jobs import PrintKind
from services.declaration.storage.print_queue import PrintPlace

_SECONDS_AT_LEAST: Final = 3
_SECONDS_AT_MOST: Final = 60


def refuse_unprinted(kind: PrintKind, place: PrintPlace | None) -> NoReturn:
    """Raises FileNotPrintable, or CertificateNotPrintable, when the print role gave up, FileNotReady with the place in
    the queue otherwise."""
    if place is not None and place.state == "failed":
        raise FileNotPrintable if kind == "qualified_list" else CertificateNotPrintable
    ahead = 0 if place is None else place.ahead
    raise FileNotReady(ahead=ahead, retry_after=min(_SECONDS_AT_MOST, _SECONDS_AT_LEAST + ahead))
