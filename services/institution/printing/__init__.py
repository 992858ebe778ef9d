"""Printing: what stands on the poster of an institution's confirmation code; shared.printing sets it."""

from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parent / "templates"
