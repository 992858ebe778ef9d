"""Scheduled work of the worker role; each run opens its own transactions."""

from typing import Final

from services.declaration.scheduled import (
    announcements,
    cycles,
    drafts,
    evaluations,
    exports,
    filings,
    forecasts,
    indexes,
    prior_rows,
    reviews,
    risk,
    rules,
    uploads,
)

JOBS: Final = (
    *cycles.JOBS,
    *announcements.JOBS,
    *drafts.JOBS,
    *reviews.JOBS,
    *prior_rows.JOBS,
    *evaluations.JOBS,
    *rules.JOBS,
    *uploads.JOBS,
    *risk.JOBS,
    *exports.JOBS,
    *forecasts.JOBS,
    *indexes.JOBS,
)
RECONCILERS: Final = filings.RECONCILERS
