"""Finds the four corners of a card in a photo by its edges and its colour against the table."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from services.identity.recognition.pixels import Pixels, Points

# What OpenCV returns as contours and hulls: whole numbers or floats, (n, 1, 2).
Outer = npt.NDArray[np.integer[Any] | np.floating[Any]]
CARD_RATIO = 85.6 / 54.0
_SMALL_SIDE = 720


@dataclass(frozen=True)
class Outline:
    """Corners clockwise with a long side first, in pixels of the photo; `score` from 0 to 1."""

    corners: Points
    score: float


def find_outlines(photo: Pixels, most: int = 2) -> list[Outline]:
    """The best few candidates, best first; may be empty. Corners may lie slightly outside the photo."""
    shrink = min(1.0, _SMALL_SIDE / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (5, 5), 0)
    lab = cv2.cvtColor(soft, cv2.COLOR_BGR2LAB)
    value = cv2.cvtColor(soft, cv2.COLOR_BGR2HSV)
    channels = [np.asarray(one, dtype=np.uint8) for one in (lab[..., 0], lab[..., 1], lab[..., 2], value[..., 1])]
    edges = np.zeros(small.shape[:2], np.uint8)
    for channel in channels:
        stretched = cv2.normalize(channel, np.empty_like(channel), 0, 255, cv2.NORM_MINMAX)
        if float(np.percentile(channel, 99)) - float(np.percentile(channel, 1)) > 12:
            edges |= cv2.Canny(stretched, 40, 110)
    distance = np.asarray(cv2.distanceTransform(255 - edges, cv2.DIST_L2, 3), dtype=np.float64)
    found: list[Outline] = []
    for mask in _masks(channels, edges):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:4]:
            outline = _judged(np.asarray(contour), distance, small.shape[1] * small.shape[0])
            if outline is not None:
                found.append(outline)
    found.sort(key=lambda one: one.score, reverse=True)
    return [Outline(one.corners / shrink, one.score) for one in _different(found, most)]


def _masks(channels: list[Pixels], edges: Pixels) -> list[Pixels]:
    masks: list[Pixels] = []
    kernel = np.ones((5, 5), np.uint8)
    for channel in channels:
        _, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        for one in (mask, 255 - mask):
            masks.append(np.asarray(cv2.morphologyEx(one, cv2.MORPH_OPEN, kernel), dtype=np.uint8))
    thick = cv2.dilate(edges, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return [*masks, np.asarray(thick, dtype=np.uint8), np.asarray(closed, dtype=np.uint8)]


def _judged(contour: Outer, distance: Points, frame_area: int) -> Outline | None:
    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    if not 0.06 * frame_area < area < 0.985 * frame_area:
        return None
    rough = _four_corners(hull)
    if rough is None:
        return None
    corners = _sharpened(hull.reshape(-1, 2).astype(np.float64), rough)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    ratio = (sides[0] + sides[2]) / (sides[1] + sides[3] + 1e-9)
    if ratio < 1:
        corners, sides, ratio = np.roll(corners, -1, axis=0), np.roll(sides, -1), 1 / ratio
    quad_area = cv2.contourArea(corners.astype(np.float32))
    if not 1.05 < ratio < 2.4 or quad_area < 1 or sides.min() < 0.3 * sides.max() or _framed(corners, distance):
        return None
    fill = min(area / quad_area, quad_area / area)
    support = _support(corners, distance)
    shape = float(np.exp(-((np.log(ratio / CARD_RATIO) / 0.35) ** 2)))
    return Outline(corners, support * max(0.0, fill - 0.75) * 4 * (0.4 + 0.6 * shape))


def _four_corners(hull: Outer) -> Points | None:
    length = cv2.arcLength(hull, True)
    for tolerance in (0.015, 0.025, 0.04, 0.06, 0.09):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            points = corners.reshape(4, 2).astype(np.float64)
            return points if cv2.contourArea(points.astype(np.float32), True) > 0 else points[::-1].copy()
        if len(corners) < 4:
            return None
    return None


def _sharpened(hull: Points, rough: Points) -> Points:
    """Cards have round corners: fit a line to the straight part of every side and let the lines meet."""
    closed = np.concatenate((hull, hull[:1]))
    dense = np.concatenate([np.linspace(a, b, 40, endpoint=False) for a, b in pairwise(closed)])
    lines = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        along = end - start
        length = float(np.linalg.norm(along))
        relative = dense - start
        share = relative @ along / length**2
        aside = np.abs(relative[:, 0] * along[1] - relative[:, 1] * along[0]) / length
        near = dense[(share > 0.14) & (share < 0.86) & (aside < 0.03 * length + 3)]
        if len(near) < 8:
            return rough
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append((float(x), float(y), float(vx), float(vy)))
    corners = [_crossing(lines[i - 1], lines[i]) for i in range(4)]
    sharp = np.array(corners)
    drift = np.linalg.norm(sharp - rough, axis=1).max()
    return sharp if drift < 0.12 * np.linalg.norm(rough[0] - rough[2]) else rough


def _crossing(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, float]:
    cross = one[2] * two[3] - one[3] * two[2]
    if abs(cross) < 1e-6:
        return (1e9, 1e9)
    step = ((two[0] - one[0]) * two[3] - (two[1] - one[1]) * two[2]) / cross
    return (one[0] + step * one[2], one[1] + step * one[3])


def _support(corners: Points, distance: Points) -> float:
    """The share of the four sides that really lies on an edge of the picture, worst side counted double."""
    shares = []
    height, width = distance.shape
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        points = np.round(np.linspace(start + 0.08 * (end - start), end - 0.08 * (end - start), 60)).astype(int)
        inside = (points >= 0).all(axis=1) & (points[:, 0] < width) & (points[:, 1] < height)
        on_edge = np.zeros(len(points), bool)
        on_edge[inside] = distance[points[inside, 1], points[inside, 0]] <= 2.5
        shares.append(float(on_edge.mean()))
    return (sum(shares) + min(shares)) / 5


def _framed(corners: Points, distance: Points) -> bool:
    """Whether two corners lie on the frame: that is the picture's own edge, or a card cut off."""
    height, width = distance.shape
    low, high = corners < 4, corners > np.array((width, height)) - 5
    return int((low | high).any(axis=1).sum()) >= 2


def _different(found: list[Outline], most: int) -> list[Outline]:
    kept: list[Outline] = []
    for one in found:
        size = float(np.linalg.norm(one.corners[0] - one.corners[2]))
        if all(_apart(one.corners, other.corners) > 0.05 * size for other in kept):
            kept.append(one)
        if len(kept) == most:
            break
    return kept


def _apart(one: Points, two: Points) -> float:
    return min(float(np.linalg.norm(one - np.roll(two, turn, axis=0), axis=1).max()) for turn in range(4))
