"""The result of reading a card, as values and as JSON-ready dictionaries."""

from dataclasses import asdict, dataclass, field
from typing import Any

from services.identity.recognition.reasons import Reason, Verdict, advice


@dataclass(frozen=True)
class FrontFields:
    """Portrait side. Dates are ISO, `ethnicity` is without 族, None where nothing could be read."""

    name: str | None = None
    sex: str | None = None
    ethnicity: str | None = None
    birth_date: str | None = None
    address: str | None = None
    id_number: str | None = None


@dataclass(frozen=True)
class BackFields:
    """Emblem side. Dates are ISO; `valid_to` is 长期 for a card without end."""

    authority: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True)
class Quality:
    """What was measured on one photo; `certainty` is the lowest certainty of each field, from 0 to 1."""

    brightness: float = 0.0
    sharpness: float = 0.0
    glare: float = 0.0
    colour: float = 0.0
    card_pixels: int = 0
    certainty: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Recognition:
    """What both photos say. `side` is the side that `reason` is about, None when it is about neither."""

    front: FrontFields | None
    back: BackFields | None
    quality: dict[str, Quality]
    reason: Reason
    side: str | None
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """What is to be done."""
        return advice(self.reason).verdict

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: front, back, quality, verdict, reason, side, message {zh, en}, seconds."""
        said = advice(self.reason)
        return {
            "front": asdict(self.front) if self.front else None,
            "back": asdict(self.back) if self.back else None,
            "quality": {side: asdict(quality) for side, quality in self.quality.items()},
            "verdict": said.verdict.value,
            "reason": self.reason.value,
            "side": self.side,
            "message": {"zh": said.zh, "en": said.en},
            "seconds": round(self.seconds, 3),
        }
