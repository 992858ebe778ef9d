"""Scheduled work of the worker role; each run opens its own transactions."""

from typing import Final

from services.declaration.scheduled import announcements, cycles, evaluations, filings, reviews, risk, rules, uploads

JOBS: Final = (
    *cycles.JOBS,
    *announcements.JOBS,
    *reviews.JOBS,
    *evaluations.JOBS,
    *rules.JOBS,
    *uploads.JOBS,
    *risk.JOBS,
)
RECONCILERS: Final = filings.RECONCILERS
