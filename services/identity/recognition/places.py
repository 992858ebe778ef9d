"""Where the details of this very card stand: print runs differ, but a value always stands beside its own label."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.recognition.layout import (
    BACK_LABELS,
    FRONT_LABELS,
    NUMBER_LABEL,
    WIDTH,
    Label,
    Region,
)
from services.identity.recognition.pixels import mapped
from services.identity.recognition.registration import Anchor, Fit
from services.identity.recognition.sheet import Sheet

# From the middle of a label's last character to where its value may begin, and from its first back to what ends before.
_BEHIND, _BEFORE = 2.0, 2.0
_LEAST_HALF, _MOST_HALF = 2.3, 3.3
_PORTRAIT_LEFT, _NAME_RIGHT, _ADDRESS_RIGHT = 55.0, 62.0, 57.5
_STRETCHED, _FEWEST = 12.0, 3
# Where labels alone place a card its far end is less exact: long values may seem to end beyond it.
_FAR_END = WIDTH + 30.0
ABOVE_ADDRESS = 2.9


@dataclass(frozen=True)
class Spot:
    """A label as it stands on this card (mm): middle of its first and of its last character, and of its line."""

    first: float
    last: float
    y: float


@dataclass(frozen=True)
class FrontPlaces:
    """Where each value of the portrait side may stand; `labels` are the spots of its labels."""

    name: Region
    sex: Region
    ethnicity: Region
    birth: Region
    address: Region
    number: Region


@dataclass(frozen=True)
class BackPlaces:
    """Where each value of the emblem side may stand."""

    authority: Region
    validity: Region


def front_places(fit: Fit, sheet: Sheet) -> FrontPlaces:
    """The six places by the labels that were read; a label that was not read is taken to have moved as the others."""
    number, name, sex, ethnicity, birth, address = spots_of(fit.anchors, FRONT_LABELS, sheet)
    bottom = max(address.y + 6.0, number.y - 3.4)
    return FrontPlaces(
        name=Region(name.last + _BEHIND, name.y - 3.6, _NAME_RIGHT, name.y + _half(name, sex)),
        sex=_beside(sex, _half(sex, birth), max(sex.last + 5.0, ethnicity.first - _BEFORE)),
        ethnicity=_beside(ethnicity, _half(sex, birth), _PORTRAIT_LEFT),
        birth=_beside(birth, _half(birth, address), max(_PORTRAIT_LEFT, birth.last + 43.0)),
        address=Region(address.last + _BEHIND, address.y - ABOVE_ADDRESS, _ADDRESS_RIGHT, bottom),
        number=Region(number.last + _BEHIND, number.y - 3.4, _FAR_END, number.y + 3.6),
    )


def back_places(fit: Fit, sheet: Sheet) -> BackPlaces:
    """The two places by the labels that were read; the authority may have two lines."""
    *_, authority, validity = spots_of(fit.anchors, BACK_LABELS, sheet)
    half = min(3.3, max(2.2, (validity.y - authority.y) * 0.42))
    return BackPlaces(
        authority=Region(
            authority.last + _BEHIND, authority.y - 3.6, _FAR_END, max(authority.y + 2.4, validity.y - half)
        ),
        validity=Region(validity.last + _BEHIND, validity.y - half, _FAR_END, validity.y + 3.4),
    )


def spots_of(anchors: Sequence[Anchor], labels: Sequence[Label], sheet: Sheet) -> list[Spot]:
    """The spot of every label, in the order given."""
    found = {label: spot for label in labels if (spot := _measured(label, anchors, sheet))}
    return [found.get(label) or _estimated(label, found) for label in labels]


def _measured(label: Label, anchors: Sequence[Anchor], sheet: Sheet) -> Spot | None:
    nearest: dict[float, tuple[float, float]] = {}
    for anchor in anchors:
        if anchor.label is not label or label is NUMBER_LABEL:
            continue
        x, y = mapped(np.array([anchor.photo]), sheet.to_card)[0]
        other = nearest.get(anchor.card[0])
        if other is None or abs(y - label.y) < abs(other[1] - label.y):
            nearest[anchor.card[0]] = (float(x), float(y))
    if len(nearest) < 2:
        return None
    model, seen = np.array(list(nearest)), np.array(list(nearest.values()))
    slope, start = np.polyfit(model, seen[:, 0], 1)
    return Spot(float(start + slope * label.first), float(start + slope * label.last), float(np.median(seen[:, 1])))


def _estimated(label: Label, found: dict[Label, Spot]) -> Spot:
    if not found:
        return Spot(label.first, label.last, label.y)
    across = float(np.median([spot.last - one.last for one, spot in found.items()]))
    rows = np.array([(one.y, spot.y) for one, spot in found.items()])
    down = float(np.median(rows[:, 1] - rows[:, 0]))
    if len(rows) >= _FEWEST and np.ptp(rows[:, 0]) > _STRETCHED:
        slope, start = np.polyfit(rows[:, 0], rows[:, 1], 1)
        down = float(start + slope * label.y - label.y)
    return Spot(label.first + across, label.last + across, label.y + down)


def _half(row: Spot, below: Spot) -> float:
    """Half the way to the next row, within reason."""
    return min(_MOST_HALF, max(_LEAST_HALF, (below.y - row.y) / 2))


def _beside(label: Spot, half: float, right: float) -> Region:
    return Region(label.last + _BEHIND, label.y - half, right, label.y + half)
