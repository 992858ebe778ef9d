"""The texts people consent to: data with versions, both languages side by side (V56)."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

ConsentKind = Literal["id_images", "guardian_id_images"]
KINDS: tuple[ConsentKind, ...] = get_args(ConsentKind)
_FILE = Path(__file__).resolve().parents[1] / "data" / "consents.toml"


class ConsentText(BaseModel):
    """One version of one text."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    kind: ConsentKind
    version: str
    title_zh: str
    title_en: str
    zh: str
    en: str

    @property
    def digest(self) -> str:
        """Pins what was accepted, in both languages."""
        return hashlib.sha256(f"{self.zh}\0{self.en}".encode()).hexdigest()


@cache
def consent_texts() -> dict[tuple[ConsentKind, str], ConsentText]:
    """All texts by kind and version. Raises ValueError when a version stands there twice."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))["text"]
    texts = [ConsentText.model_validate(one) for one in raw]
    found = {(text.kind, text.version): text for text in texts}
    if len(found) != len(texts):
        raise ValueError("a version of a consent text stands there twice")
    return found
