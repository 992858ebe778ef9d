"""Facts that no signal minds, to be changed where a test wants one; and the thresholds that a fresh system has."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.declaration.domain.risk.facts import (
    DeclarationFacts,
    InstitutionFacts,
    Place,
    Practice,
    Study,
    SupervisorFacts,
    Trainee,
)
from services.declaration.domain.risk.finding import Limits

_MIGRATIONS = Path(__file__).parents[4] / "services/declaration/migrations"
_FIRST, _DEVICES = "0039_create_risk_hits.sql", "0071_create_risk_devices.sql"
DAY = timedelta(days=1)
ON = date(2026, 12, 20)


def id_of(number: int) -> UUID:
    """An id that is easy to tell."""
    return UUID(int=number)


HERE = Place(id_of(1), date(2020, 1, 1), date(2035, 1, 1), ("内科", "外科"))


def first_settings() -> dict[str, Any]:
    """The settings of a fresh system, as the migrations write them: the first, and what came to them."""
    found = re.search(r"VALUES \(1, '(\{.*?\n\})'", (_MIGRATIONS / _FIRST).read_text(encoding="utf-8"), re.DOTALL)
    added = re.search(r"settings \|\| '(\{.*?\})'::jsonb", (_MIGRATIONS / _DEVICES).read_text(encoding="utf-8"))
    assert found is not None
    assert added is not None
    settings: dict[str, Any] = json.loads(found[1]) | json.loads(added[1])
    return settings


def limits(rule: str, **changed: int) -> Limits:
    """The thresholds of a rule in a fresh system, some of them changed."""
    return {**first_settings()[rule]["limits"], **changed}


def practice(first: date = date(2025, 7, 1), last: date = date(2026, 12, 15), **more: Any) -> Practice:
    """The row at the bound unit."""
    given = {"number": 1, "place_key": "here", "is_current": True, "department": "内科", "place": HERE}
    return Practice(first=first, last=last, **{**given, **more})


def study(last: date | None = date(2024, 6, 30), **more: Any) -> Study:
    """A bachelor's degree."""
    given = {"level": "21", "school": "虚构医科大学", "first": date(2019, 9, 1), "full_time": True, "is_basis": True}
    return Study(last=last, **{**given, **more})


def declared(**more: Any) -> DeclarationFacts:
    """A year and a half at one place after a degree, bound long ago."""
    honest = DeclarationFacts(
        id=id_of(10),
        person_id=id_of(11),
        institution_id=HERE.id,
        submitted_on=ON,
        practices=(practice(),),
        studies=(study(),),
        id_province="42",
        bound_on=date(2025, 7, 1),
    )
    return replace(honest, **more)


def institution(**more: Any) -> InstitutionFacts:
    """A hospital that nobody minds."""
    return replace(InstitutionFacts(id_of(1), "general_hospital", ON, declared=1, before=1), **more)


def supervisor(trainees: int = 1, **more: Any) -> SupervisorFacts:
    """A licensed physician with so many trainees in the same months."""
    people = tuple(Trainee(id_of(100 + one), date(2025, 7, 1), date(2026, 6, 30)) for one in range(trainees))
    return replace(SupervisorFacts(id_of(2), id_of(1), 1, False, people), **more)
