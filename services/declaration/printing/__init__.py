"""Printing: what stands on the qualified list and the evaluation certificate; shared.printing sets it."""

from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parent / "templates"
