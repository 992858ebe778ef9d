"""The catalogue of verification as a file (data/verification.toml, or the one that the deployment names)."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from services.identity.domain.verification_catalogue import DocumentYear, VerificationCatalogue, VerificationReason

_OWN: Final = Path(__file__).resolve().parent.parent / "data" / "verification.toml"
_YEARS: Final = TypeAdapter(tuple[DocumentYear, ...])
_REASONS: Final = TypeAdapter(tuple[VerificationReason, ...])


def read_catalogue(file: Path | None = None) -> VerificationCatalogue:
    """Parse and check. Raises OSError, TOMLDecodeError, ValidationError: a wrong file stops the start."""
    content: dict[str, Any] = tomllib.loads((file or _OWN).read_text(encoding="utf-8"))
    years = sorted(_YEARS.validate_python(content["document_year"]), key=lambda year: year.applies_from)
    reasons = _REASONS.validate_python(content["reason"])
    if not years:
        raise ValueError("the catalogue offers no documents in any year")
    return VerificationCatalogue(tuple(years), {reason.code: reason for reason in reasons})
