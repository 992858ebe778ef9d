"""Straightens a rough placement: printed labels must stand in their places and every line of a card is level."""

import re
from collections.abc import Sequence

import numpy as np

from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import Mapping, Points, mapped
from services.identity.recognition.registration import Anchor

# Lines that only cards carry: a page of print under the card runs in its own direction.
_VALUE = re.compile(r"\d{6}|\d{4}\D\d\d|公安局|居民身份|人民共和|签发机|有效期|公民身份|\d年")
_ROUNDS = 15
_LEVEL_ENOUGH = 0.25
_HUBER, _PERSPECTIVE = 1.5, 2.0
_MISPLACED, _FEWEST = 5.0, 5
_SPREAD = (25.0, 15.0)


def refined(mapping: Mapping, anchors: Sequence[Anchor], lines: Sequence[Line]) -> Mapping:
    """Damped least squares over the eight parameters of the mapping photo -> card (mm), in two passes.

    Labels alone stand mostly on the left half of a card and leave its right half loose; the level of the value lines,
    which reach further right, pins it down. Large distances count less (Huber), and after the first pass labels that
    stay far off are dropped: words like these may also be printed under the card.
    """
    if any(np.ptp([anchor.card for anchor in anchors], axis=0) < _SPREAD):
        # Labels of one corner say nothing about the perspective at the other.
        return mapping
    for _ in range(2):
        mapping = _fitted(mapping, anchors, lines)
        away = mapped(np.array([anchor.photo for anchor in anchors]), mapping) - [anchor.card for anchor in anchors]
        near = [one for one, far in zip(anchors, np.linalg.norm(away, axis=1), strict=True) if far < _MISPLACED]
        anchors = near if len(near) >= _FEWEST else anchors
    return mapping


def _fitted(mapping: Mapping, anchors: Sequence[Anchor], lines: Sequence[Line]) -> Mapping:
    photo = np.array([anchor.photo for anchor in anchors])
    card = np.array([anchor.card for anchor in anchors])
    starts, ends = _level_lines(mapping, lines)
    # Work in units of the photo's extent: the raw parameters differ by six orders of magnitude.
    centre, scale = photo.mean(axis=0), float(np.ptp(photo, axis=0).max())
    unit = np.array(((1 / scale, 0, -centre[0] / scale), (0, 1 / scale, -centre[1] / scale), (0, 0, 1)))
    photo, starts, ends = (mapped(points, unit) if len(points) else points for points in (photo, starts, ends))
    current = mapping @ np.linalg.inv(unit)
    best, _ = _descended((current / current[2, 2]).ravel()[:8], photo, card, starts, ends)
    return np.asarray(np.append(best, 1.0).reshape(3, 3) @ unit, dtype=np.float64)


def _level_lines(mapping: Mapping, lines: Sequence[Line]) -> tuple[Points, Points]:
    starts, ends = [], []
    for line in lines:
        if len(line.glyphs) < 4 or not _VALUE.search(line.text):
            continue
        pair = np.array((line.place(line.glyphs[0]), line.place(line.glyphs[-1])))
        run, rise = mapped(pair, mapping)[1] - mapped(pair, mapping)[0]
        if run > 5 and abs(rise) < _LEVEL_ENOUGH * run:
            starts.append(pair[0])
            ends.append(pair[1])
    return np.array(starts).reshape(-1, 2), np.array(ends).reshape(-1, 2)


def _residuals(values: Points, photo: Points, card: Points, starts: Points, ends: Points) -> Points:
    mapping = np.append(values, 1.0).reshape(3, 3)
    away = _softened((mapped(photo, mapping) - card).ravel())
    # Phones are not held at grazing angles: strong perspective needs strong evidence.
    steep = _PERSPECTIVE * mapping[2, :2]
    if not len(starts):
        return np.concatenate((away, steep))
    rise = mapped(ends, mapping)[:, 1] - mapped(starts, mapping)[:, 1]
    return np.concatenate((away, steep, 2.0 * _softened(rise)))


def _softened(values: Points) -> Points:
    """Square roots of the Huber loss, doubled: small distances stay as they are."""
    size = np.abs(values)
    return np.where(size < _HUBER, values, np.sign(values) * np.sqrt(np.maximum(2 * _HUBER * size - _HUBER**2, 0)))


def _descended(values: Points, photo: Points, card: Points, starts: Points, ends: Points) -> tuple[Points, float]:
    damping, left = 1e-3, _residuals(values, photo, card, starts, ends)
    for _ in range(_ROUNDS):
        slopes = np.empty((len(left), 8))
        for i in range(8):
            step = np.zeros(8)
            step[i] = 1e-5 * max(1.0, abs(values[i]))
            slopes[:, i] = (_residuals(values + step, photo, card, starts, ends) - left) / step[i]
        square = slopes.T @ slopes
        move = np.linalg.solve(square + damping * (np.diag(np.diag(square)) + 1e-9 * np.eye(8)), -slopes.T @ left)
        there = _residuals(values + move, photo, card, starts, ends)
        if there @ there < left @ left:
            values, left, damping = values + move, there, damping / 4
        else:
            damping *= 8
    return values, float(left @ left)
