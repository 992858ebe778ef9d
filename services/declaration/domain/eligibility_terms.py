"""What an exam year itself decides about eligibility, and what is known of a person besides the declaration (Q8, R27 to
R29)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.declaration.domain.cycle import Cycle


@dataclass(frozen=True, slots=True)
class EligibilityTerms:
    """Terms of a cycle. `practice_cutoff`: the last day up to which years of practice count (R27), None for the day
    the year is completed. `transitional_secondary`: whether the secondary school route is still open (R03, R05, Q8).
    The texts are what rural general practice is told (R28)."""

    transitional_secondary: bool = True
    practice_cutoff: date | None = None
    rural_text_zh: str | None = None
    rural_text_en: str | None = None
    version: int = 0

    def cutoff(self, cycle: Cycle) -> date:
        """The last day up to which years of practice count."""
        return self.practice_cutoff or cycle.completion_day


STANDARD_TERMS: Final = EligibilityTerms()
"""Of a cycle for which the zone decided nothing else."""

LIFETIME: Final = date.max
"""The last day of a ban that does not end."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who declares. `kind`: mainland, hk_macau_taiwan or foreign; `region`: mainland, hong_kong, macau, taiwan or
    foreign. `banned_until`: the last day of the longest ban in force, LIFETIME for one that does not end (R29)."""

    kind: str
    region: str
    banned_until: date | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """On what is judged: the exam year, its terms, and the day in Shanghai."""

    cycle: Cycle
    terms: EligibilityTerms
    today: date
