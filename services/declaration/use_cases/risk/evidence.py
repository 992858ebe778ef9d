"""What a hit rests on, sealed: days, figures and ids of people belong to those who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.declaration.domain.risk.finding import Finding, Input, Limits
from services.declaration.storage.risk_hits import DATA_CLASS, evidence_place
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Explanation, inputs, thresholds and whose declarations are concerned."""

    zh: str
    en: str
    inputs: Mapping[str, Input]
    limits: Limits
    declarations: tuple[UUID, ...]

    def as_json(self) -> bytes:
        """Equal for equal evidence."""
        data: dict[str, Any] = {
            "zh": self.zh,
            "en": self.en,
            "inputs": dict(self.inputs),
            "limits": dict(self.limits),
            "declarations": [str(one) for one in self.declarations],
        }
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def evidence_of(finding: Finding, limits: Limits) -> Evidence:
    """What is stored of a finding."""
    return Evidence(finding.zh, finding.en, finding.inputs, limits, finding.declarations)


def seal_evidence(keyring: Keyring, hit_id: UUID, evidence: Evidence) -> bytes:
    """For the column."""
    return seal(keyring, DATA_CLASS, evidence_place(hit_id), evidence.as_json())


def open_evidence(keyring: Keyring, hit_id: UUID, sealed: bytes) -> Evidence:
    """Raises SealBroken."""
    data = orjson.loads(unseal(keyring, DATA_CLASS, evidence_place(hit_id), sealed))
    declarations = tuple(UUID(one) for one in data.pop("declarations"))
    return Evidence(**data, declarations=declarations)
