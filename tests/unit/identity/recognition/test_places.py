"""Values are sought beside the labels that were read, wherever these stand."""

import numpy as np

from services.identity.recognition.layout import BACK_LABELS, FRONT_LABELS, HEIGHT, WIDTH, Label
from services.identity.recognition.pixels import Pixels
from services.identity.recognition.places import back_places, front_places
from services.identity.recognition.registration import BACK, FRONT, Anchor, Fit
from services.identity.recognition.sheet import Sheet

_NOTHING: Pixels = np.zeros((540, 856, 3), np.uint8)
_SHEET = Sheet(_NOTHING, np.diag((0.1, 0.1, 1.0)))


def _anchors(label: Label, right: float, down: float, wider: float = 1.0) -> list[Anchor]:
    """Every character of a label, moved by millimetres and set wider apart, ten pixels to the millimetre."""
    step = (label.last - label.first) / (len(label.text) - 1)
    places = [label.first + i * step for i in range(len(label.text))]
    return [
        Anchor(label, ((label.first + (x - label.first) * wider + right) * 10, (label.y + down) * 10), (x, label.y))
        for x in places
    ]


def _fit(side: str, anchors: list[Anchor]) -> Fit:
    return Fit(side, 6.0, 0.0, tuple(anchors), 0.0)


def test_every_value_follows_its_own_label() -> None:
    """Labels moved each in its own way take the places of their values along, and no place reaches into another row."""
    moves = [(0.4, -1.5), (2.0, 2.5), (2.5, 2.0), (3.0, 1.5), (2.0, 1.0), (2.5, 0.5)]
    anchors = [a for label, move in zip(FRONT_LABELS, moves, strict=True) for a in _anchors(label, *move, wider=1.4)]
    places = front_places(_fit(FRONT, anchors), _SHEET)
    rows = [places.name, places.sex, places.birth]
    for place, label, (right, down) in zip(
        rows, FRONT_LABELS[1:3] + FRONT_LABELS[4:5], moves[1:3] + moves[4:5], strict=True
    ):
        ends = label.first + (label.last - label.first) * 1.4 + right
        assert ends + 1 < place.left < ends + 3
        assert place.top < label.y + down < place.bottom
    assert places.name.bottom <= places.sex.top + 0.8
    assert places.sex.right <= places.ethnicity.left - 4
    assert places.birth.bottom <= places.address.top + 0.8
    assert places.address.bottom <= places.number.top


def test_labels_that_were_not_read_moved_as_the_others() -> None:
    """With three labels read, all six places are those of the whole set moved alike."""
    moved = [_anchors(label, 1.5, 1.2) for label in FRONT_LABELS]
    some = front_places(_fit(FRONT, [*moved[0], *moved[1], *moved[5]]), _SHEET)
    every = front_places(_fit(FRONT, [anchor for label in moved for anchor in label]), _SHEET)
    for name, place in vars(every).items():
        other = vars(some)[name]
        assert abs(place.left - other.left) < 0.2
        assert abs(place.top - other.top) < 0.2


def test_an_authority_of_two_lines_ends_above_the_term() -> None:
    """The second line of an authority lies in its place, and the row of the term does not."""
    anchors = [anchor for label in BACK_LABELS for anchor in _anchors(label, 0.0, -1.0)]
    places = back_places(_fit(BACK, anchors), _SHEET)
    first, term = BACK_LABELS[2].y - 1.0, BACK_LABELS[3].y - 1.0
    assert places.authority.holds(40.0, first)
    assert places.authority.holds(40.0, first + 3.6)
    assert not places.authority.holds(40.0, term)
    assert places.validity.holds(40.0, term)
    assert not places.validity.holds(40.0, first + 3.6)


def test_without_labels_the_usual_places_are_taken() -> None:
    """Where no label was read, values are sought where most cards have them."""
    places = front_places(_fit(FRONT, []), _SHEET)
    assert places.name.holds(17.0, 8.4)
    assert places.address.holds(17.0, 33.0)
    assert places.number.holds(50.0, 47.2)
    assert (WIDTH, HEIGHT) == (85.6, 54.0)
