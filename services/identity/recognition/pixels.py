"""Array types of this package: BGR or grey pictures, points in the plane, 3x3 plane mappings."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Mapping = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
_HORIZON = 1e-9
Scores = npt.NDArray[np.float32]

# One thread per process: the worker runs as many processes as there are cores, and spinning threads cost CPU time.
cv2.setNumThreads(1)


def mapped(points: Points, mapping: Mapping) -> Points:
    """Points (n, 2) through a projective mapping."""
    padded = np.concatenate((points, np.ones((len(points), 1))), axis=1) @ mapping.T
    # A point on the horizon of the mapping has no image: it is sent far away instead of to infinity.
    depth = np.where(np.abs(padded[:, 2:]) < _HORIZON, _HORIZON, padded[:, 2:])
    result: Points = padded[:, :2] / depth
    return result


def mapping_between(source: Any, target: Any) -> Mapping:
    """The projective mapping that carries four points onto four others."""
    matrix = cv2.getPerspectiveTransform(np.asarray(source, dtype=np.float32), np.asarray(target, dtype=np.float32))
    return np.asarray(matrix, dtype=np.float64)


def rectangle(width: float, height: float) -> Points:
    """Corners of an upright rectangle at the origin, clockwise from the top left."""
    return np.array(((0, 0), (width, 0), (width, height), (0, height)), dtype=np.float64)
