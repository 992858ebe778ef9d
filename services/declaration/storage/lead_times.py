"""How long documents take to get (data/lead_times.toml)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from services.declaration.domain.early_checklist import LeadTime
from services.declaration.storage.catalogue_files import FOLDER

_FILE: Final = FOLDER / "lead_times.toml"


@cache
def read_lead_times(file: Path = _FILE) -> Mapping[str, LeadTime]:
    """By kind of document. Raises KeyError or TypeError where the file is wrong."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["lead_time"]
    return {entry["kind"]: LeadTime(**entry) for entry in entries}
