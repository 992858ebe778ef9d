"""Bodies and answers of exports of institutions (B8, V69)."""

from typing import Literal

from services.institution.api.schemas.supervision import InstitutionFilter
from shared.exporting.job import Export
from shared.exporting.views import ExportJobView, ExportsPageQuery


class InstitutionExportBody(InstitutionFilter):
    """POST /exports. What is exported is what the list of the same filter shows."""

    reason_code: Literal["supervision", "statistics", "verification", "inquiry", "archive"]


class InstitutionExportsQuery(ExportsPageQuery):
    """GET /exports."""


class InstitutionExportView(ExportJobView):
    """An export of institutions."""

    kind: Literal["institutions"]

    @classmethod
    def of(cls, job: Export) -> "InstitutionExportView":
        """From the row."""
        return cls.model_validate(job, from_attributes=True)
