"""Where a card lies: labels matched to their places, rough placements straightened."""

import numpy as np
import pytest

from services.identity.recognition import layout
from services.identity.recognition.decoding import Glyph
from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import Mapping, Points, mapped, mapping_between, rectangle
from services.identity.recognition.refining import refined
from services.identity.recognition.registration import fit_labels, mapping_from

_CORNERS = ((210.0, 130.0), (980.0, 205.0), (940.0, 640.0), (180.0, 610.0))


def _truth() -> Mapping:
    return mapping_between(_CORNERS, rectangle(layout.WIDTH, layout.HEIGHT))


def _line(text: str, first: float, last: float, y: float) -> Line:
    """A line of evenly spaced characters, whose first and last middles are given in millimetres."""
    pitch = (last - first) / (len(text) - 1)
    corners = [
        (first - pitch / 2, y - 2),
        (last + pitch / 2, y - 2),
        (last + pitch / 2, y + 2),
        (first - pitch / 2, y + 2),
    ]
    glyphs = tuple(Glyph(char, (i + 0.5) / len(text), 1.0) for i, char in enumerate(text))
    return Line(mapped(np.array(corners), np.asarray(np.linalg.inv(_truth()), dtype=np.float64)), glyphs)


def _front() -> list[Line]:
    lines = [_line(label.text, label.first, label.last, label.y) for label in layout.FRONT_LABELS]
    return [*lines, _line("420106199003075677", 30.9, 75.4, 47.2), _line("湖北省武汉市武昌区", 17.2, 44.0, 28.6)]


def _back() -> list[Line]:
    lines = [_line(label.text, label.first, label.last, label.y) for label in layout.BACK_LABELS]
    return [*lines, _line("武汉市公安局武昌区分局", 35.0, 67.0, 40.2), _line("2019.05.06-2039.05.06", 34.4, 62.0, 47.0)]


@pytest.mark.parametrize(("lines", "side"), [(_front(), "front"), (_back(), "back")])
def test_labels_tell_the_side(lines: list[Line], side: str) -> None:
    """All labels of a side are found in their places, none of the other side's."""
    fit = fit_labels(lines, _truth())
    assert (fit.side, fit.rival) == (side, 0)
    assert fit.drift < 1.2


def test_labels_in_wrong_places_do_not_count() -> None:
    """Words of a card that stand elsewhere, as on a receipt, are no evidence once the place is fixed."""
    upside = mapping_between(np.roll(np.array(_CORNERS), 2, axis=0), rectangle(layout.WIDTH, layout.HEIGHT))
    assert fit_labels(_front(), upside).evidence == 0
    assert fit_labels(_front(), None).evidence == 8


def test_labels_alone_place_a_card() -> None:
    """Without corners the labels give the mapping to within a millimetre and a half at all four corners."""
    lines = _front()
    mapping = mapping_from(fit_labels(lines, None).anchors)
    assert mapping is not None
    straight = refined(mapping, fit_labels(lines, mapping).anchors, lines)
    assert _error(straight) < 1.5


def test_level_lines_straighten_a_leaning_placement() -> None:
    """A placement that fits the left half and leans on the right is pulled straight by the value lines."""
    lines = _back()
    moved = np.array(_CORNERS) + np.array(((0, 0), (60, -70), (50, 60), (0, 0)))
    leaning = mapping_between(moved, rectangle(layout.WIDTH, layout.HEIGHT))
    before, after = _error(leaning), _error(refined(leaning, fit_labels(lines, leaning).anchors, lines))
    assert before > 4
    assert after < 1.5


def _error(mapping: Mapping) -> float:
    corners: Points = mapped(np.array(_CORNERS), mapping)
    return float(np.linalg.norm(corners - rectangle(layout.WIDTH, layout.HEIGHT), axis=1).max())
