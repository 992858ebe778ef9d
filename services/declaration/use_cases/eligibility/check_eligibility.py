"""Say how every rule stands for somebody who has not declared yet; keeps nothing of what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.content import Content
from services.declaration.domain.cycle import Cycle
from services.declaration.domain.eligibility_terms import Applicant, Ground
from services.declaration.domain.facts import Choice, Counted, counted
from services.declaration.domain.self_check import Question, Told, needed_documents, told_by_rules
from services.declaration.storage import cycles, eligibility_terms
from services.declaration.storage.catalogues import CatalogueCache
from shared.clock import SHANGHAI
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: an exam year, a choice, and a form without names or numbers."""

    cycle_id: UUID
    exam_level: str
    route: str
    category_code: str
    applicant: Applicant
    content: Content
    qualification_year: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """The answer; `documents` by kind with the rules that ask for them."""

    cycle: Cycle
    catalogue: Catalogue
    told: list[Told]
    documents: Mapping[str, list[str]]
    time: Counted


async def count_check(tx: Transaction, keyring: Keyring, address: str, per_minute: int, now: datetime) -> None:
    """In a transaction of its own, so that questions that are refused count too. Raises LimitReached."""
    rate = Rate("eligibility.check", per_minute, _MINUTE)
    await take(tx, rate, blind_index(keyring, "index_person", "client_address", address), now)


async def check_eligibility(reader: Reader, asked: Asked, *, catalogues: CatalogueCache, now: datetime) -> Check:
    """Raises NotFound, CategoryNotOffered."""
    cycle = await cycles.select(reader, asked.cycle_id)
    terms = await eligibility_terms.select(reader, cycle.id)
    catalogue = await catalogues.get(reader, cycle.catalogue_version)
    category = catalogue.choose(cycle.year, asked.exam_level, asked.route, asked.category_code)
    choice = Choice(asked.exam_level, asked.route, asked.category_code, category.family)
    question = Question(asked.content, choice, asked.applicant, asked.qualification_year)
    ground, kinds = Ground(cycle, terms, now.astimezone(SHANGHAI).date()), catalogue.document_kinds.keys()
    return Check(
        cycle,
        catalogue,
        told_by_rules(catalogue.rules, question, kinds, ground),
        needed_documents(catalogue.rules, question, kinds, ground),
        counted(asked.content, cycle),
    )
