"""The poster that tells probationers of an institution how to bind: name, steps, a QR code of where to begin (A20)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Poster:
    """What is shown; `code` is printed only where the institution asks for it: posters hang where others pass."""

    institution_id: UUID
    institution_name: str
    division_name: str
    registration_no: str | None
    department: str | None
    cohort: str | None
    expires_at: datetime | None
    code: str | None
    public_url: str
    generated_at: datetime

    template: ClassVar[str] = "poster"

    @property
    def verification_url(self) -> str:
        """Where the QR code leads. The code, if any, is behind #: a browser keeps that to itself, so no log has it."""
        address = f"{self.public_url.rstrip('/')}/bind?institution={self.institution_id}"
        return address if self.code is None else f"{address}#code={self.code}"

    def template_data(self) -> dict[str, object]:
        """What the template shows."""
        return {
            "institution_name": self.institution_name,
            "division_name": self.division_name,
            "registration_no": self.registration_no or "",
            "audience": " ".join(part for part in (self.department, self.cohort) if part),
            "expires_at": "" if self.expires_at is None else f"{self.expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "code": "" if self.code is None else f"{self.code[:4]} {self.code[4:]}",
            "generated_at": f"{self.generated_at.astimezone(SHANGHAI):%Y-%m-%d}",
        }
