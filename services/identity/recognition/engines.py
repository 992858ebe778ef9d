"""The three neural models: where text is, what a line says, whether a line stands on its head.

The model files come inside the `rapidocr` wheel (PP-OCRv6 small and the line-direction model, Apache-2.0). They are
run here directly: that gives the probabilities of every character, which the rest of the package decides by, and
nothing can be fetched over the network, which rapidocr's own loader does when a file is missing.

Which way up a photo stands is decided by the line-direction model on the longest lines and by the layout, not by the
page-orientation package: that one has no release for Python 3.13 and brings a second OpenCV into the lock.
"""

import contextlib
import ctypes
import importlib.util
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from services.identity.recognition.pixels import Indices, Pixels, Points, Scores

DETECTION_FILE = "PP-OCRv6_det_small.onnx"
READING_FILE = "PP-OCRv6_rec_small.onnx"
DIRECTION_FILE = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
# Pairs of a traditional character and its standard form, after the OpenCC project's table (Apache-2.0).
_FORMS_FILE = Path(__file__).with_name("traditional_forms.txt")
LINE_HEIGHT, _DIRECTION_WIDTH = 48, 192
_MASK_LEVEL, _BOX_LEVEL, _GROW = 0.3, 0.45, 1.6
_POSSIBLE, _CLEARLY = 1e-4, 0.97
_DOTS = "•・‧∙⋅･"
# Of mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


class ModelMissing(RuntimeError):
    """A model file is not where the installed wheel should have put it."""


def model_folder() -> Path:
    """The folder of the installed rapidocr wheel that holds the models. Raises ModelMissing."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing("rapidocr is not installed: install the project with its recognition dependencies")
    return Path(spec.submodule_search_locations[0]) / "models"


def load_session(path: Path) -> Any:
    """One single-threaded CPU session. Raises ModelMissing when the file is absent."""
    if not path.is_file():
        raise ModelMissing(f"{path.name} is not in the installed rapidocr wheel: install exactly the locked version")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # An arena of its own would take 170 MB more, as photos have many shapes: the allocator keeps freed memory instead.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Detector:
    """Finds lines of text as rotated rectangles."""

    def __init__(self, path: Path) -> None:
        self._session = load_session(path)

    def find(self, image: Pixels) -> list[Points]:
        """Boxes (4, 2) in pixels of `image`, whose sides must be multiples of 32."""
        tensor = image.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1.0
        heat: Scores = self._session.run(None, {"x": tensor})[0][0, 0]
        mask = cv2.dilate((heat > _MASK_LEVEL).astype(np.uint8), np.ones((2, 2), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        boxes = [self._box(outline, heat) for outline in outlines[:400]]
        return [box for box in boxes if box is not None]

    @staticmethod
    def _box(outline: Any, heat: Scores) -> Points | None:
        centre, (width, height), angle = cv2.minAreaRect(outline)
        if min(width, height) < 3:
            return None
        corners = cv2.boxPoints((centre, (width, height), angle))
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
        patch = heat[top:bottom, left:right]
        inside = np.zeros(patch.shape, np.uint8)
        cv2.fillPoly(inside, [np.round(corners - (left, top)).astype(np.int32)], 1)
        if cv2.mean(patch, inside)[0] < _BOX_LEVEL:
            return None
        grow = 2 * _GROW * width * height / (2 * (width + height))
        return np.asarray(cv2.boxPoints((centre, (width + grow, height + grow), angle)), dtype=np.float64)


class Reader:
    """Reads one line: a matrix of probabilities, time steps x (blank, characters..., space)."""

    def __init__(self, path: Path) -> None:
        self._session = load_session(path)
        listed = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.alphabet: tuple[str, ...] = ("", *listed, " ")
        self.index = {char: i for i, char in enumerate(self.alphabet)}
        self._standard = self._forms()
        self._dots = np.isin(np.array(self.alphabet), list(_DOTS))

    def read(self, line: Pixels) -> Scores:
        """Probabilities for a BGR line of 48 pixels height; doubtful traditional forms count for their standard one.

        Those that are clearly read stay: names registered long ago are printed as they were registered (濛, 紘).
        """
        tensor = line.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1.0
        probabilities: Scores = self._session.run(None, {"x": tensor})[0][0]
        # Of some 18,000 characters a step makes a handful possible: only these are worth folding.
        steps, chars = np.divmod(np.flatnonzero(probabilities > _POSSIBLE), probabilities.shape[1])
        peaks = np.zeros(len(self.alphabet), np.float32)
        np.maximum.at(peaks, chars, probabilities[steps, chars])
        forms = self._standard[chars]
        old = (forms != chars) & ((peaks[chars] < _CLEARLY) | self._dots[chars])
        np.add.at(probabilities, (steps[old], forms[old]), probabilities[steps[old], chars[old]])
        probabilities[steps[old], chars[old]] = 0
        return probabilities

    def _forms(self) -> Indices:
        """The standard form of every character: cards print those of 2013 and one middle dot, the model knows more."""
        pairs = [*_FORMS_FILE.read_text(encoding="utf-8").split(), *(dot + "·" for dot in _DOTS)]
        known = [pair for pair in pairs if pair[0] in self.index and pair[1] in self.index]
        standard = np.arange(len(self.alphabet), dtype=np.intp)
        standard[[self.index[pair[0]] for pair in known]] = [self.index[pair[1]] for pair in known]
        return standard


class DirectionFinder:
    """Tells an upright line from one on its head."""

    def __init__(self, path: Path) -> None:
        self._session = load_session(path)

    def upside_down(self, line: Pixels) -> float:
        """How probable it is that a BGR line of 48 pixels height stands on its head."""
        width = min(_DIRECTION_WIDTH, line.shape[1])
        tensor = np.zeros((2, 3, LINE_HEIGHT, _DIRECTION_WIDTH), np.float32)
        # Both ends of the line as they are: squeezed into the model's width a long line is unrecognisable.
        for place, part in enumerate((line[:, :width], line[:, line.shape[1] - width :])):
            tensor[place, :, :, :width] = part.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0
        return float(self._session.run(None, {"x": tensor})[0][:, 1].mean())


def _keep_freed_memory() -> None:
    """Freed work memory stays with the process, up to 128 MB: else every run asks the kernel for zeroed pages again.

    That was one fifteenth of the processor time of a side. Other allocators than glibc's are left as they are.
    """
    with contextlib.suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_MMAP_THRESHOLD, 1 << 30)
        allocator.mallopt(_TRIM_THRESHOLD, 128 << 20)


class Engines:
    """All three models, loaded once."""

    def __init__(self, folder: Path | None = None) -> None:
        _keep_freed_memory()
        folder = folder or model_folder()
        self.detector = Detector(folder / DETECTION_FILE)
        self.reader = Reader(folder / READING_FILE)
        self.direction = DirectionFinder(folder / DIRECTION_FILE)

    def warm_up(self) -> None:
        """Runs every model once, so that the first real photo is not the slow one."""
        self.detector.find(np.full((512, 768, 3), 200, np.uint8))
        line = np.full((LINE_HEIGHT, 320, 3), 200, np.uint8)
        self.reader.read(line)
        self.direction.upside_down(line)


def line_width(width: float, height: float) -> int:
    """Pixels to give a line of this shape at 48 pixels height, rounded up to the reader's step of eight."""
    return max(32, min(1600, math.ceil(LINE_HEIGHT * width / max(height, 1.0) / 8) * 8))
