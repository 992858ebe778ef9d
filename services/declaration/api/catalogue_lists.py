"""Handlers: the lists of an exam year."""

from uuid import UUID

from services.declaration.api.schemas.catalogue_lists import CatalogueListsBody, CatalogueListsView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.cycle import Cycle
from services.declaration.storage import catalogues, cycles, materials
from services.declaration.use_cases.cycles.replace_catalogue_lists import replace_catalogue_lists
from shared.web.call import Call


async def get_catalogue_lists(call: Call[Dependencies]) -> CatalogueListsView:
    """A23"""
    return await _view(call, await cycles.select(call.reader, call.path_id("cycle_id")))


async def put_catalogue_lists(call: Call[Dependencies], body: CatalogueListsBody) -> CatalogueListsView:
    """A23, A34, P10"""
    cycle_id: UUID = call.path_id("cycle_id")
    version, lists = call.expected_version, body.lists()
    changed = await replace_catalogue_lists(
        call.tx, cycle_id, lists, body.reason, expected_version=version, actor=call.actor, now=call.now
    )
    return await _view(call, changed)


async def _view(call: Call[Dependencies], cycle: Cycle) -> CatalogueListsView:
    # Not from the cache: what a transaction has written may yet be rolled back.
    catalogue = await catalogues.select(call.reader, cycle.catalogue_version)
    rows = await materials.select(call.reader, cycle.catalogue_version, None)
    return CatalogueListsView.of(cycle.id, cycle.version, catalogue, rows)
