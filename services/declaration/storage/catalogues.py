"""The catalogue tables, and the cache through which a process reads them: a version never changes once written."""

import asyncio
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

import orjson

from services.declaration.domain.catalogue import Catalogue, Category, DocumentKind
from services.declaration.domain.cycle_errors import CatalogueMissing
from services.declaration.domain.eligibility import RuleRow, compile_rules
from services.declaration.domain.review_reasons import Reason
from services.declaration.storage import materials
from services.declaration.storage.catalogue_files import CatalogueFiles
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT_VERSION: Final = "SELECT version FROM catalogue WHERE version = $1"
_SELECT_BY_DIGEST: Final = "SELECT version FROM catalogue WHERE digest = $1"
_SELECT_CATEGORIES: Final = """
SELECT code, exam_level, route, family, name_zh, name_en, valid_from, valid_to, numbering,
       offered
FROM exam_category WHERE catalogue_version = $1 ORDER BY code
"""
_SELECT_RULES: Final = """
SELECT id, effect, applies::text AS applies, condition::text AS condition, pointer, message_zh, message_en, cure_zh,
       cure_en, source, enabled
FROM eligibility_rule WHERE catalogue_version = $1
"""
_SELECT_DOCUMENT_KINDS: Final = """
SELECT kind, name_zh, name_en, most, per_period, template FROM document_kind WHERE catalogue_version = $1 ORDER BY kind
"""
_SELECT_REASONS: Final = """
SELECT action, code, text_zh, text_en, effect, target, comment_required
FROM review_reason WHERE catalogue_version = $1 ORDER BY action, code
"""
_SELECT_COMPATIBILITY: Final = """
SELECT category_family, array_agg(supervisor_family) AS families
FROM supervisor_compatibility WHERE catalogue_version = $1 GROUP BY category_family
"""
# Loads at the same moment wait for each other here; the loser finds the winner's version.
_INSERT: Final = """
INSERT INTO catalogue (version, digest, loaded_at) SELECT coalesce(max(version), 0) + 1, $1, $2 FROM catalogue
ON CONFLICT DO NOTHING RETURNING version
"""
_INSERT_CATEGORY: Final = """
INSERT INTO exam_category (catalogue_version, code, exam_level, route, family, name_zh, name_en, valid_from, valid_to,
                           numbering, offered)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_INSERT_RULE: Final = """
INSERT INTO eligibility_rule (catalogue_version, id, effect, applies, condition, pointer, message_zh, message_en,
                              cure_zh, cure_en, source, enabled)
VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12)
"""
_INSERT_DOCUMENT_KIND: Final = """
INSERT INTO document_kind (catalogue_version, kind, name_zh, name_en, most, per_period, template)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_INSERT_REASON: Final = """
INSERT INTO review_reason (catalogue_version, action, code, text_zh, text_en, effect, target, comment_required)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_INSERT_COMPATIBILITY: Final = """
INSERT INTO supervisor_compatibility (catalogue_version, category_family, supervisor_family) VALUES ($1, $2, $3)
"""
_RULE_FIELDS: Final = tuple(field.name for field in fields(RuleRow))


class CatalogueCache:
    """Catalogues by version, read once per process; rules are compiled when read."""

    def __init__(self) -> None:
        self._known: dict[int, Catalogue] = {}
        self._under: dict[tuple[int, int], Catalogue] = {}
        self._reading = asyncio.Lock()

    async def get(self, reader: Reader, version: int) -> Catalogue:
        """Raises CatalogueMissing."""
        if (catalogue := self._known.get(version)) is None:
            async with self._reading:
                catalogue = self._known.get(version) or await select(reader, version)
                self._known[version] = catalogue
        return catalogue

    async def get_under(self, reader: Reader, versions: tuple[int, int]) -> Catalogue:
        """The lists of one version under the rules of another, or the same. Raises CatalogueMissing."""
        if (catalogue := self._under.get(versions)) is None:
            lists, rules = [await self.get(reader, version) for version in versions]
            catalogue = self._under[versions] = replace(lists, rules=rules.rules)
        return catalogue


async def select(reader: Reader, version: int) -> Catalogue:
    """One whole version. Raises CatalogueMissing."""
    if await reader.fetchval(_SELECT_VERSION, version) is None:
        raise CatalogueMissing
    kinds = [DocumentKind(*row) for row in await reader.fetch(_SELECT_DOCUMENT_KINDS, version)]
    families = await reader.fetch(_SELECT_COMPATIBILITY, version)
    return Catalogue(
        version=version,
        categories=tuple(Category(*row) for row in await reader.fetch(_SELECT_CATEGORIES, version)),
        rules=compile_rules(await select_rules(reader, version)),
        document_kinds={kind.kind: kind for kind in kinds},
        reasons=tuple(Reason(*row) for row in await reader.fetch(_SELECT_REASONS, version)),
        compatible={row["category_family"]: frozenset(row["families"]) for row in families},
    )


async def select_rules(reader: Reader, version: int) -> list[RuleRow]:
    """The rows of one version, those switched off included."""
    return [rule_row(row) for row in await reader.fetch(_SELECT_RULES, version)]


async def insert(tx: Transaction, files: CatalogueFiles, at: datetime) -> int:
    """Store the files as a new version unless they already are one; the version they have. Raises CatalogueMissing
    when another load came between; it can be repeated."""
    known: int | None = await tx.fetchval(_SELECT_BY_DIGEST, files.digest)
    if known is not None:
        return known
    version: int | None = await tx.fetchval(_INSERT, files.digest, at)
    if version is None:
        stored: int | None = await tx.fetchval(_SELECT_BY_DIGEST, files.digest)
        if stored is None:
            raise CatalogueMissing(retry_after=1)
        return stored
    await tx.executemany(_INSERT_CATEGORY, [(version, *_fields(one)) for one in files.categories])
    await tx.executemany(_INSERT_RULE, [(version, *rule_columns(one)) for one in files.rules])
    await tx.executemany(_INSERT_DOCUMENT_KIND, [(version, *_fields(one)) for one in files.document_kinds])
    await tx.executemany(_INSERT_REASON, [(version, *_fields(one)) for one in files.reasons])
    await materials.insert(tx, version, files.materials)
    await tx.executemany(_INSERT_COMPATIBILITY, [(version, *pair) for pair in _pairs(files)])
    return version


def _fields(one: Category | DocumentKind | Reason) -> Iterable[object]:
    return [getattr(one, name) for name in one.__slots__]


def rule_columns(one: RuleRow) -> Iterable[object]:
    """The columns of a rule in the order of its fields, its two conditions as JSON."""
    data = (orjson.dumps(one.applies).decode(), orjson.dumps(one.condition).decode())
    texts = (one.pointer, one.message_zh, one.message_en, one.cure_zh, one.cure_en, one.source)
    return (one.id, one.effect, *data, *texts, one.enabled)


def _pairs(files: CatalogueFiles) -> Iterable[tuple[str, str]]:
    return [(family, guide) for family, guides in files.compatible.items() for guide in sorted(guides)]


def rule_row(row: Row) -> RuleRow:
    """A rule out of its columns."""
    said = {name: row[name] for name in _RULE_FIELDS}
    return RuleRow(**{**said, "applies": orjson.loads(row["applies"]), "condition": orjson.loads(row["condition"])})
