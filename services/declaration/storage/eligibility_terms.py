"""Rows of `eligibility_terms`: what an exam year itself decides about eligibility (Q8, R27, R28)."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.eligibility_terms import STANDARD_TERMS, EligibilityTerms
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT: Final = """
SELECT transitional_secondary, practice_cutoff, rural_text_zh, rural_text_en, version AS terms_version
FROM eligibility_terms WHERE cycle_id = $1
"""
_UPSERT: Final = """
INSERT INTO eligibility_terms AS terms (cycle_id, version, transitional_secondary, practice_cutoff, rural_text_zh,
                                        rural_text_en, updated_at)
VALUES ($1, 1, $2, $3, $4, $5, $6)
ON CONFLICT (cycle_id) DO UPDATE
SET version = terms.version + 1, transitional_secondary = excluded.transitional_secondary,
    practice_cutoff = excluded.practice_cutoff, rural_text_zh = excluded.rural_text_zh,
    rural_text_en = excluded.rural_text_en, updated_at = excluded.updated_at
RETURNING version
"""


async def select(reader: Reader, cycle_id: UUID) -> EligibilityTerms:
    """Of one cycle; the standard ones, of version 0, where the zone decided nothing else."""
    row: Row | None = await reader.fetchrow(_SELECT, cycle_id)
    return STANDARD_TERMS if row is None else terms_of(row)


async def upsert(tx: Transaction, cycle_id: UUID, terms: EligibilityTerms, at: datetime) -> EligibilityTerms:
    """Write the terms of a locked cycle; the same with their new version."""
    values = (terms.transitional_secondary, terms.practice_cutoff, terms.rural_text_zh, terms.rural_text_en)
    return replace(terms, version=await tx.fetchval(_UPSERT, cycle_id, *values, at))


def terms_of(row: Row) -> EligibilityTerms:
    """The columns of a join that may have found no row."""
    if row["terms_version"] is None:
        return STANDARD_TERMS
    return EligibilityTerms(
        row["transitional_secondary"],
        row["practice_cutoff"],
        row["rural_text_zh"],
        row["rural_text_en"],
        row["terms_version"],
    )
