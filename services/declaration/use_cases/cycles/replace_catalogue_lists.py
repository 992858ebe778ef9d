"""Give an exam year new lists: a new catalogue version, which declarations begun from now on pin (A23, A34)."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import orjson

from services.declaration.domain.catalogue_lists import CatalogueLists, check_lists
from services.declaration.domain.cycle import Cycle, require_changeable
from services.declaration.domain.rule_errors import RulesWaiting
from services.declaration.storage import catalogue_files, catalogues, cycles, rule_publications
from services.declaration.storage.catalogue_files import CatalogueFiles
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def replace_catalogue_lists(
    tx: Transaction,
    cycle_id: UUID,
    lists: CatalogueLists,
    reason: str,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Cycle:
    """The cycle with its new catalogue version: rules and reasons as they were, the lists as given. What was declared
    keeps the version it began with. Raises NotFound, StaleVersion, CycleFinished, RulesWaiting, CatalogueListsWrong."""
    cycle = await cycles.lock(tx, cycle_id, expected_version)
    require_changeable(cycle)
    if await rule_publications.select_has_waiting(tx, cycle.id):
        raise RulesWaiting
    current = await catalogues.select(tx, cycle.catalogue_version)
    rules = tuple(await catalogues.select_rules(tx, cycle.catalogue_version))
    check_lists(lists, rules, catalogue_files.template_names())
    files = CatalogueFiles(
        digest=_digest(cycle.catalogue_version, lists),
        categories=lists.categories,
        rules=rules,
        document_kinds=lists.document_kinds,
        reasons=current.reasons,
        compatible=lists.compatible,
        materials=lists.materials,
    )
    version = await catalogues.insert(tx, files, now)
    result = await cycles.update_catalogue(tx, cycle.id, version)
    audit.record(
        tx,
        "cycle.replace_lists",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        reason=reason,
        before=str(cycle.catalogue_version),
        after=str(version),
    )
    return result


def _digest(base: int, lists: CatalogueLists) -> bytes:
    """Equal lists on the same base are one version."""
    guides = {family: sorted(who) for family, who in lists.compatible.items()}
    rows = [[asdict(one) for one in part] for part in (lists.categories, lists.document_kinds, lists.materials)]
    text = orjson.dumps([base, rows, guides], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).digest()
