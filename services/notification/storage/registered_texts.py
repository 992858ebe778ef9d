"""The SMS texts as they are registered with the providers, which ship with the code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parents[1] / "data" / "sms_templates.toml"


@cache
def select_registered() -> Mapping[str, str]:
    """Text by SMS code; variables are written ${name}."""
    return {code: str(text) for code, text in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}
