"""The catalogue as files (data/*.toml): what a new version is loaded from."""

import asyncio
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services.declaration.domain.catalogue import Category, DocumentKind
from services.declaration.domain.eligibility import RuleRow, compile_rules
from services.declaration.domain.materials import Material
from services.declaration.domain.review_reasons import Reason

FOLDER: Final = Path(__file__).resolve().parent.parent / "data"
_OPTIONAL: Final = {"per_period": False, "template": None}


@dataclass(frozen=True, slots=True)
class CatalogueFiles:
    """The parsed files; `digest` is equal for equal content."""

    digest: bytes
    categories: tuple[Category, ...]
    rules: tuple[RuleRow, ...]
    document_kinds: tuple[DocumentKind, ...]
    reasons: tuple[Reason, ...]
    compatible: Mapping[str, frozenset[str]]
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """The first notice of a new cycle."""

    text_zh: str
    text_en: str


def read_catalogue(folder: Path = FOLDER) -> CatalogueFiles:
    """Parse and check the files. Raises ConditionMalformed, KeyError or TypeError where they are wrong."""
    texts = [(folder / name).read_bytes() for name in ("catalogue.toml", "eligibility.toml", "materials.toml")]
    lists, rules, handed_in = (tomllib.loads(text.decode()) for text in texts)
    rows = tuple(RuleRow(**one) for one in rules["rule"])
    compile_rules(rows)
    return CatalogueFiles(
        digest=hashlib.sha256(b"\0".join(texts)).digest(),
        categories=tuple(_category(one, lists["category_defaults"]) for one in lists["category"]),
        rules=rows,
        document_kinds=tuple(
            DocumentKind(**{"per_period": False, "template": None, **one}) for one in lists["document_kind"]
        ),
        reasons=tuple(Reason(**one) for one in lists["reason"]),
        materials=tuple(Material(**{"document_kind": None, **one}) for one in handed_in["material"]),
        compatible={family: frozenset(guides) for family, guides in lists["supervisors"].items()},
    )


def read_notice(folder: Path = FOLDER) -> NoticeFile:
    """Parse the notice file."""
    texts = tomllib.loads((folder / "notice.toml").read_text(encoding="utf-8"))
    return NoticeFile(texts["text_zh"].strip(), texts["text_en"].strip())


def template_names(folder: Path = FOLDER) -> frozenset[str]:
    """The forms there are."""
    return frozenset(file.name for file in (folder / "templates").glob("*.pdf"))


async def read_template(name: str, folder: Path = FOLDER) -> bytes:
    """A form to fill in, as PDF; `name` comes from the catalogue, never from a request."""
    return await asyncio.to_thread((folder / "templates" / name).read_bytes)


def _category(entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Category:
    return Category(**{"valid_to": None, **defaults, **entry})
