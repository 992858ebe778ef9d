"""Fits the printed labels that were read to the places where a card has them: which side it is, and where it lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.identity.recognition.layout import BACK_LABELS, FRONT_LABELS, NUMBER_LABEL, Label
from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import Mapping, Points, mapped

FRONT, BACK = "front", "back"
_NUMBER_CHARS = frozenset("0123456789Xx")
_FAR = 7.0


@dataclass(frozen=True)
class Anchor:
    """A label character found in the photo: where it is there and where it stands on a card (mm)."""

    label: Label
    photo: tuple[float, float]
    card: tuple[float, float]


@dataclass(frozen=True)
class Fit:
    """`side`, how much speaks for it, its anchors, and how far (mm, median) they are from where they should be."""

    side: str
    evidence: float
    rival: float
    anchors: tuple[Anchor, ...]
    drift: float


def fit_labels(lines: Sequence[Line], to_card: Mapping | None) -> Fit:
    """Finds the labels of both sides; with `to_card` known, labels more than 7 mm from their place do not count."""
    fits = []
    for side, labels in ((FRONT, (*FRONT_LABELS, NUMBER_LABEL)), (BACK, BACK_LABELS)):
        anchors = [anchor for line in lines for anchor in _anchors_of(line, labels, to_card)]
        fits.append((side, _evidence(anchors), tuple(anchors)))
    fits.sort(key=lambda fit: fit[1], reverse=True)
    side, evidence, anchors_found = fits[0]
    return Fit(side, evidence, fits[1][1], anchors_found, _drift(anchors_found, to_card))


def mapping_from(anchors: Sequence[Anchor]) -> Mapping | None:
    """The mapping photo -> card (mm) that most anchors agree with; None when they are too few or too close together."""
    if len(anchors) < 5:
        return None
    photo = np.array([anchor.photo for anchor in anchors])
    card = np.array([anchor.card for anchor in anchors])
    spread = np.ptp(card, axis=0)
    if spread[0] < 8:
        return None
    if spread[0] < 25 or spread[1] < 15:
        # One row (the number) or one corner of labels: enough to find the card roughly and to look again.
        part, chosen = cv2.estimateAffinePartial2D(photo, card, method=cv2.RANSAC, ransacReprojThreshold=2.5)
        matrix = None if part is None else np.vstack((part, (0, 0, 1)))
    else:
        matrix, chosen = cv2.findHomography(photo, card, cv2.RANSAC, 1.5, maxIters=2000)
    if matrix is None or int(np.asarray(chosen).sum()) < max(5, 0.5 * len(anchors)):
        return None
    return np.asarray(matrix, dtype=np.float64)


def _anchors_of(line: Line, labels: Iterable[Label], to_card: Mapping | None) -> list[Anchor]:
    text = line.text
    found = []
    for label in labels:
        pairs = _number_pairs(text) if label is NUMBER_LABEL else _aligned(text, label)
        for place, index in pairs:
            share = index / (len(label.text) - 1)
            card = (label.first + (label.last - label.first) * share, label.y)
            photo = line.place(line.glyphs[place])
            if to_card is None or np.linalg.norm(mapped(photo[None], to_card)[0] - card) < _FAR:
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


def _drift(anchors: Sequence[Anchor], to_card: Mapping | None) -> float:
    if to_card is None or not anchors:
        return float("inf")
    seen: Points = mapped(np.array([anchor.photo for anchor in anchors]), to_card)
    return float(np.median(np.linalg.norm(seen - np.array([anchor.card for anchor in anchors]), axis=1)))
