"""Routes about the lists of an exam year."""

from typing import Final

from services.declaration.api import catalogue_lists as handlers
from services.declaration.api.schemas.catalogue_lists import CatalogueListsBody, CatalogueListsView
from shared.web.routing import Route, Staff

CATALOGUE_LIST_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/cycles/{cycle_id}/lists",
        handler=handlers.get_catalogue_lists,
        policy=Staff("zone_admin", "auditor"),
        summary_zh="年度目录：类别、材料种类、各类人员材料、带教类别",
        summary_en="The lists of an exam year: categories, kinds of files, materials, who may guide whom",
        response=CatalogueListsView,
    ),
    Route(
        method="PUT",
        path="/v1/cycles/{cycle_id}/lists",
        handler=handlers.put_catalogue_lists,
        policy=Staff("zone_admin"),
        summary_zh="修改年度目录",
        summary_en="Replace the lists of an exam year; what was declared keeps its version",
        request=CatalogueListsBody,
        response=CatalogueListsView,
        versioned=True,
    ),
)
