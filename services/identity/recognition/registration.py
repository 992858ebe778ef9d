"""Fits the printed labels that were read to the places where a card has them: which side it is, and where it lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from services.identity.recognition.layout import BACK_LABELS, FRONT_LABELS, NUMBER_LABEL, Label
from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import Mapping, Points, mapped

FRONT, BACK = "front", "back"
_NUMBER_CHARS = frozenset("0123456789Xx")
_FAR, _ROUGHLY = 7.0, 6.0


@dataclass(frozen=True)
class Anchor:
    """A label character found in the photo: where it is there and where it stands on a card (mm)."""

    label: Label
    photo: tuple[float, float]
    card: tuple[float, float]


@dataclass(frozen=True)
class Fit:
    """`side`, how much speaks for it, its anchors, and how far (mm, 70th percentile) labels are from their places."""

    side: str
    evidence: float
    rival: float
    anchors: tuple[Anchor, ...]
    drift: float


def fit_labels(lines: Sequence[Line], to_card: Mapping | None) -> Fit:
    """Finds the labels of both sides; with `to_card` known, labels more than 7 mm from their place do not count."""
    fits = []
    for side, labels in ((FRONT, (*FRONT_LABELS, NUMBER_LABEL)), (BACK, BACK_LABELS)):
        anchors = [anchor for line in lines for anchor in _anchors_of(line, labels)]
        away = _distances(anchors, to_card)
        near = tuple(anchor for anchor, far in zip(anchors, away, strict=True) if far < _FAR)
        fits.append(Fit(side, _evidence(near), 0.0, near, float(np.percentile(away, 70)) if anchors else float("inf")))
    fits.sort(key=lambda fit: fit.evidence, reverse=True)
    best = replace(fits[0], rival=fits[1].evidence)
    return best if to_card is not None else replace(best, drift=float("inf"))


def mapping_from(anchors: Sequence[Anchor]) -> Mapping | None:
    """A first mapping photo -> card (mm), without perspective, that most anchors roughly agree with.

    None when they are too few, too close together or contradictory.
    """
    if len(anchors) < 5:
        return None
    photo = np.array([anchor.photo for anchor in anchors])
    card = np.array([anchor.card for anchor in anchors])
    if np.ptp(card, axis=0)[0] < 8:
        return None
    part, chosen = cv2.estimateAffinePartial2D(photo, card, method=cv2.RANSAC, ransacReprojThreshold=_ROUGHLY)
    if part is None or int(np.asarray(chosen).sum()) < max(5, 0.5 * len(anchors)):
        return None
    return np.vstack((np.asarray(part, dtype=np.float64), (0.0, 0.0, 1.0)))


def _anchors_of(line: Line, labels: Iterable[Label]) -> list[Anchor]:
    text = line.text
    found = []
    for label in labels:
        pairs = _number_pairs(text) if label is NUMBER_LABEL else _aligned(text, label)
        for place, index in pairs:
            share = index / (len(label.text) - 1)
            card = (label.first + (label.last - label.first) * share, label.y)
            photo = line.place(line.glyphs[place])
            found.append(Anchor(label, (float(photo[0]), float(photo[1])), card))
    return found


def _number_pairs(text: str) -> list[tuple[int, int]]:
    """A run of exactly 18 number characters: its ends and two between are anchors."""
    best, start = 0, 0
    for i in range(len(text) + 1):
        if i == len(text) or text[i] not in _NUMBER_CHARS:
            if i - start == 18:
                best = start + 1
            start = i + 1
    return [(best - 1 + i, i) for i in (0, 5, 12, 17)] if best else []


def _aligned(text: str, label: Label) -> list[tuple[int, int]]:
    """Pairs (place in the text, place in the label) of the best alignment without gaps, if enough agree."""
    best: list[tuple[int, int]] = []
    for offset in range(-len(label.text) + 1, len(text)):
        places = range(max(0, -offset), min(len(label.text), len(text) - offset))
        pairs = [(offset + i, i) for i in places if text[offset + i] == label.text[i]]
        if len(pairs) > len(best):
            best = pairs
    return best if len(best) >= label.least else []


def _evidence(anchors: Sequence[Anchor]) -> float:
    """Sum of the weights of the labels found, each counted once."""
    return sum(label.weight for label in {anchor.label for anchor in anchors})


def _distances(anchors: Sequence[Anchor], to_card: Mapping | None) -> Points:
    """How far (mm) each anchor is from its place; 0 while the card's place is unknown."""
    if to_card is None or not anchors:
        return np.zeros(len(anchors))
    seen = mapped(np.array([anchor.photo for anchor in anchors]), to_card)
    return np.asarray(np.linalg.norm(seen - np.array([anchor.card for anchor in anchors]), axis=1), dtype=np.float64)
